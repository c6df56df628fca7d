"""Deprecation before removal: what goes was announced, and its time is over.

`deprecated: true` announces; on an operation `x-accord-deprecated` says since when and
`x-accord-sunset` when it will be switched off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from accord.gates import law
from accord.gates.finding import Finding
from accord.gates.law.operation import operations_below

GATE = "release"
SHORTEST_DAYS = 90
"""Between the announcement and the sunset of an operation."""
_REMOVED = frozenset(
    ("operation-removed", "request-property-removed", "reply-property-removed")
) | {"request-parameter-removed", "reply-header-removed"}


def removals(old: law.Document, new: law.Document, today: date) -> Iterator[Finding]:
    """Of breaks between two releases those that remove what was never announced to go, or goes
    before its day."""
    for each in law.compare(old, new):
        if each.rule not in _REMOVED or each.old is None:
            continue
        node = old.find(each.old)
        sunset = _day(node, "x-accord-sunset")
        if node.get("deprecated") is not True:
            said = "was not deprecated in the release before: announce it with `deprecated: true`"
        elif each.rule == "operation-removed" and sunset is None:
            said = "was deprecated without a day: announce it with `x-accord-sunset`"
        elif sunset is not None and sunset > today:
            said = f"goes before its sunset, {sunset}"
        else:
            continue
        trail = f"{each.trail.strip()} " if each.trail else ""
        place = new.place(each.new or each.old)
        yield Finding(
            GATE,
            "removed-unannounced",
            "error",
            f"{trail}{said}",
            place,
            each.operation,
            old.place(each.old),
        )


def announcements(old: law.Document | None, new: law.Document) -> Iterator[Finding]:
    """Operations that are deprecated without a day, too late, or with an earlier day than was
    promised."""
    before = {} if old is None else operations_below(old, "/paths")
    for key, operation in operations_below(new, "/paths").items():
        if operation.node.get("deprecated") is not True:
            continue
        known = before.get(key)
        promised = None if known is None else _day(known.node, "x-accord-sunset")
        said = _wrong(operation.node, promised)
        if said is not None:
            rule, what = said
            place = new.place(operation.pointer)
            yield Finding(GATE, rule, "error", what, place, operation.name)


def _wrong(node: Mapping[str, Any], promised: date | None) -> tuple[str, str] | None:
    since, sunset = _day(node, "x-accord-deprecated"), _day(node, "x-accord-sunset")
    if since is None or sunset is None:
        return "sunset-missing", (
            "is deprecated, and callers cannot know until when it serves: write "
            "`x-accord-deprecated` and `x-accord-sunset`, each a day such as '2027-12-31'"
        )
    if promised is not None and sunset < promised:
        return "sunset-earlier", f"was to serve until {promised}; {sunset} is earlier"
    if (sunset - since).days < SHORTEST_DAYS:
        days = (sunset - since).days
        return "sunset-too-soon", (
            f"is switched off {days} days after its announcement; callers have {SHORTEST_DAYS}"
        )
    return None


def _day(node: Any, key: str) -> date | None:
    try:
        return date.fromisoformat(str(node[key]))
    except (KeyError, ValueError, TypeError):
        return None
