"""What a change adds for callers: the law the other way round. What would break them if the new
contract became the old one is what they gain."""

from __future__ import annotations

from collections.abc import Iterator

from accord.gates import law
from accord.gates.law.verdict import Break

_NEW = frozenset(
    (
        "operation-removed",
        "webhook-removed",
        "callback-removed",
        "link-removed",
        "server-removed",
        "request-property-removed",
        "reply-property-removed",
        "request-parameter-removed",
        "reply-header-removed",
        "request-body-removed",
        "request-media-type-removed",
        "reply-media-type-removed",
        "reply-status-removed",
        "request-status-removed",
    )
)
_MILDER = {
    "request-property-required": "need not be sent any more",
    "request-property-added-required": "need not be sent any more",
    "request-parameter-required": "need not be sent any more",
    "request-parameter-added-required": "need not be sent any more",
    "request-body-required": "need not be sent any more",
    "reply-property-optional": "is always there now",
    "reply-header-optional": "is always there now",
    "reply-status-added": "does not come any more",
    "security": "less is needed to call it",
    "security-scope": "less is needed to call it",
    "security-scheme": "offers more ways to get in",
}


def additions(old: law.Document, new: law.Document) -> Iterator[tuple[str, str]]:
    """The operation (empty: all) and what it gains, each once."""
    seen = set()
    for found in law.compare(new, old):
        if found.axis != "wire":
            continue
        gain = (found.operation, f"{found.trail.strip()} {_gain(found)}".strip())
        if gain not in seen:
            seen.add(gain)
            yield gain


def _gain(found: Break) -> str:
    if found.rule in _NEW:
        return "is new"
    if found.rule in _MILDER:
        return _MILDER[found.rule]
    if found.rule.startswith("request-"):
        return "takes more than before"
    return "is promised more closely than before"
