"""The gates as subcommands: arguments in, a page on standard output, an exit code back.

0: nothing to say against it. 1: a verdict against it. 2: a fault of use, printed by `accord.cli`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from accord.errors import UsageError
from accord.gates import breaking as gate
from accord.gates import releases
from accord.gates.check import STATIC
from accord.gates.check import check as run_gates
from accord.gates.finding import Finding

QUICK_EXAMPLES = 10
"""Generated requests for each operation in `accord check`, which people wait for."""


def breaking(root: Path, old: Path | None = None, new: Path | None = None) -> int:
    """Compare `new` with `old`, or every served contract with its latest release."""
    if (old is None) != (new is None):
        raise UsageError("give both OLD and NEW, or neither to compare with the frozen releases")
    if old is not None and new is not None:
        return _print(gate.compare(root, old, new))
    comparisons = gate.compare_served(root)
    for comparison in comparisons:
        if comparison.old is None:
            print(f"{comparison.name}: nothing is released yet, nothing to compare with")
    return _print(finding for comparison in comparisons for finding in comparison.findings)


def check(root: Path, *, static: bool = False, as_json: bool = False) -> int:
    """Run every gate, or with `static` those that need the text of contracts only."""
    page = run_gates(root, STATIC if static else {**STATIC, "fuzz": _fuzz_gate})
    print(json.dumps(page.as_json(), indent=2) if as_json else page)
    return page.exit_code


def release(root: Path, name: str, version: str) -> int:
    """Freeze the served contract `name` as `version`."""
    frozen = releases.freeze(root, name, version)
    print(f"{frozen.path.relative_to(root)} is frozen, {releases.digest(frozen.path)}")
    return 0


def fuzz(
    root: Path,
    names: Iterable[str] = (),
    *,
    url: str | None = None,
    token: str | None = None,
    seed: int | None = None,
    max_examples: int | None = None,
) -> int:
    """Fuzz the application against its served contracts, and write build/fuzz.json.

    `url` is an application that runs already, `token` a bearer token for it.
    """
    # Schemathesis takes a second to import: only this subcommand pays for it.
    from accord.gates.application import Running
    from accord.gates.campaign import Campaign

    campaign = Campaign(root, tuple(names), seed=seed, max_examples=max_examples)
    reports = []
    for report in campaign.run(Running(url.rstrip("/"), token) if url else None):
        print(report, flush=True)
        reports.append(report)
    return int(not all(report.passed for report in reports))


def _fuzz_gate(root: Path) -> Iterable[Finding]:
    from accord.gates.campaign import Campaign

    campaign = Campaign(root, max_examples=QUICK_EXAMPLES)
    return [finding for report in campaign.run() for finding in campaign.findings(report)]


def _print(findings: Iterable[Finding]) -> int:
    found = list(findings)
    for finding in found:
        print(f"{finding}\n")
    if found:
        print(f"{len(found)} breaking change{'s' * (len(found) > 1)}")
    return int(bool(found))
