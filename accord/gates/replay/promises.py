"""Released contracts before the new application: does it still take and give what they promised?

Schemathesis sends what a released contract calls valid, and holds the replies to it. The new
application may take more and give more. An operation of which callers see the same in several
releases is asked once, as the newest of them has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.gates.application import Running
from accord.gates.fuzz.report import Report
from accord.gates.fuzz.run import fuzz

MAX_EXAMPLES = 10
_POSITIVE: Mapping[str, Any] = {
    "generation": {"mode": "positive"},
    "phases": {"stateful": {"enabled": False}},
}
_NOT_PROMISED = (
    "negative_data_rejection",
    "unsupported_method",
    "missing_required_header",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
)
"""Checks of refusals: the new application may take what the old one refused."""


def replay(
    release: str,
    document: Mapping[str, Any],
    application: Running,
    operations: Sequence[str],
    *,
    seed: int,
    max_examples: int,
    settings: Mapping[str, Any],
) -> Report:
    """Sends what `document`, the contract of `release`, calls valid to its `operations` (method
    and path). Raises as `fuzz` does."""
    checks = {**settings.get("checks", {}), **{name: {"enabled": False} for name in _NOT_PROMISED}}
    own = [_tolerant(each) for each in settings.get("operations", ())]
    return fuzz(
        release,
        document,
        application,
        seed=seed,
        max_examples=max_examples,
        settings={**settings, **_POSITIVE, "checks": checks, "operations": own},
        only=operations,
    )


def _tolerant(operation: Mapping[str, Any]) -> dict[str, Any]:
    # Settings of an operation stand before those of all.
    checks = operation.get("checks", {}).items()
    kept = {name: check for name, check in checks if name not in _NOT_PROMISED}
    return {**operation, "checks": kept}
