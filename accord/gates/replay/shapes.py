"""What of a reply is the same in every run, and what only looks the same.

Two runs of one application against the same fresh state are laid side by side. Where they agree,
the value is exact. Where they do not, the strictest of these that both have is what is promised:

    ids     the same text but for ids and moments, and ids that were one id are one id
    named   the same, but for numbers too
    like    the same text but for ids, moments and numbers
    kind    the same JSON type
    any     nothing
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from accord.spec.pointers import escape

Level = Literal["ids", "named", "like", "kind", "any"]
Loose = Mapping[str, Level]
"""What is not exact, by JSON pointer."""
GONE = "(not there)"

_PARTS = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<moment>\b\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?P<fraction>\.\d+)?"
    r"(?P<offset>[Zz]|[+-]\d\d:?\d\d)?)"
    r"|(?P<day>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)"
    r"|(?P<opaque>(?<![A-Za-z0-9_~-])(?=[A-Za-z_~-]*\d)(?=[0-9_~-]*[A-Za-z])[A-Za-z0-9_~-]{12,}"
    r"(?:\.[A-Za-z0-9_~-]+)*={0,2})"
    r"|(?P<number>\d+)"
)
_IDS_AND_MOMENTS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+")
_IDS = frozenset(("uuid", "opaque"))
_OF_THE_MOMENT = frozenset(
    ("age", "expires", "last-modified", "ratelimit", "retry-after", "server-timing")
)
"""Headers in which two runs may agree by chance."""


def skeleton(text: str, *, numbers: bool = False) -> str:
    """`text` with ids, moments and opaque texts replaced by what they are, and numbers unless they
    are kept."""

    def replaced(match: re.Match[str]) -> str:
        if numbers and match["number"]:
            return match["number"]
        # Digits of the fraction and the offset are part of how a moment is written.
        fraction = f".{len(match['fraction']) - 1}" if match["fraction"] else ""
        return f"{{{match.lastgroup}{fraction}{match['offset'] or ''}}}"

    return _PARTS.sub(replaced, text)


class Twins:
    """Which ids of one run are which ids of another: one to one."""

    def __init__(self) -> None:
        self._there: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def same(self, one: str, other: str) -> bool:
        """Whether both texts, whose skeletons are the same, have the same ids."""
        pairs = [
            (left[0], right[0])
            for left, right in zip(_PARTS.finditer(one), _PARTS.finditer(other), strict=True)
            if left.lastgroup in _IDS
        ]
        if any(
            self._there.get(left, right) != right or self._back.get(right, left) != left
            for left, right in pairs
        ):
            return False
        for left, right in pairs:
            self._there[left], self._back[right] = right, left
        return True


def loose(first: Any, second: Any, twins: Twins, pointer: str = "") -> Iterator[tuple[str, Level]]:
    """Where the same call in two runs is not exactly the same, and what both still have."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in first:
            at = f"{pointer}/{escape(key)}"
            if key not in second:
                yield at, "any"
            elif key in _OF_THE_MOMENT and pointer.endswith("/headers"):
                yield at, "like" if skeleton(first[key]) == skeleton(second[key]) else "kind"
            else:
                yield from loose(first[key], second[key], twins, at)
    elif isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second) or _is_shuffled(first, second):
            yield pointer, "kind"
            return
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from loose(one, other, twins, f"{pointer}/{index}")
    else:
        for level in (None, *_LEVELS):
            if _same(first, second, level, twins):
                break
        if level is not None:
            yield pointer, level


def differences(
    was: Any, now: Any, loosened: Loose, twins: Twins, pointer: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """What of the recorded `was` is otherwise in `now`: pointer, was, is (`GONE`: not there).

    What is there and was not is no difference: replies may gain. Null is no gain where it stands
    for what other entries of the same list had, and this one had not.
    """
    level = loosened.get(pointer)
    if level == "any":
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in was:
            at = f"{pointer}/{escape(key)}"
            if key in now:
                yield from differences(was[key], now[key], loosened, twins, at)
            elif loosened.get(at) != "any":
                yield at, was[key], GONE
    elif isinstance(was, list) and isinstance(now, list):
        if level == "kind":
            return
        if len(was) != len(now):
            yield pointer, f"{len(was)} entries", f"{len(now)} entries"
        known = {key for entry in was if isinstance(entry, Mapping) for key in entry}
        for index, (one, other) in enumerate(zip(was, now, strict=False)):
            if isinstance(one, Mapping) and isinstance(other, Mapping):
                for key in sorted(known - one.keys()):
                    if key in other and other[key] is None:
                        yield f"{pointer}/{index}/{escape(key)}", GONE, None
            yield from differences(one, other, loosened, twins, f"{pointer}/{index}")
    elif not _same(was, now, level, twins):
        yield pointer, was, now


_LEVELS: tuple[Level, ...] = ("ids", "named", "like", "kind", "any")


def _same(was: Any, now: Any, level: Level | None, twins: Twins) -> bool:
    if level == "any":
        return True
    if level == "kind":
        return _kind(was) == _kind(now)
    if not isinstance(was, str) or not isinstance(now, str):
        return level is None and type(was) is type(now) and bool(was == now)
    if level is None:
        # Also where texts are equal their ids are: an id of the seed is no other's.
        return was == now and twins.same(was, now)
    numbers = level == "ids"
    if skeleton(was, numbers=numbers) != skeleton(now, numbers=numbers):
        return False
    return level == "like" or twins.same(was, now)


def _is_shuffled(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Whether both have the same entries in another order: entries of one moment that random ids
    put in order, say. Some may be in the same place by chance."""
    one, other = ([_IDS_AND_MOMENTS.sub("", json.dumps(each)) for each in entries]
                  for entries in (first, second))  # fmt: skip
    return one != other and sorted(one) == sorted(other)


def _kind(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{type(value).__name__} {'below' if value < 0 else 'from'} zero"
    return type(value).__name__
