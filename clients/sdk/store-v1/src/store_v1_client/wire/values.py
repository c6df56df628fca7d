"""JSON values and the values that models hold, one into the other.

What a contract does not list is kept, not refused: a service may add enum members, properties
and kinds of objects at any time.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import Any, Literal
from uuid import UUID

from .files import File


class Unset:
    """The type of `UNSET`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()
"""What is not there: neither sent nor received. Null is None."""


class UnknownText(str):
    """A text that the contract's enum does not list."""

    __slots__ = ()


class UnknownNumber(int):
    """An integer that the contract's enum does not list."""

    __slots__ = ()


class UnknownObject(dict[str, Any]):
    """An object that is none of those which the contract lists for its place."""


_READY = frozenset((str, int, float, bool, type(None)))


def write(value: Any) -> Any:
    """`value` as JSON data; `File` stays as it is. Raises `TypeError` for what has no JSON."""
    kind = type(value)
    if kind in _READY:
        return value
    if kind is list:
        return [write(item) for item in value]
    if isinstance(value, Mapping):
        return {key: write(item) for key, item in value.items() if item is not UNSET}
    to_dict = getattr(value, "to_dict", None)
    if to_dict is not None:
        return to_dict()
    return _write_other(value)


def _write_other(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return write(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, File | bytes):
        return value
    if isinstance(value, Sequence | Set):
        return [write(item) for item in value]
    raise TypeError(f"{value!r:.200} cannot be sent: a {type(value).__name__} is no JSON")


def given(read: Callable[[Any], Any], value: Any) -> Any:
    """What `read` makes of `value`, if there is one: UNSET and None stay as they are."""
    return value if value is None or value is UNSET else read(value)


def known(value: Any, members: Collection[Any]) -> Any:
    """A member of an enum, or what tells that it is none: `UnknownText`, `UnknownNumber`."""
    if value in members:
        return value
    if isinstance(value, str):
        return UnknownText(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return UnknownNumber(value)
    return value


def items(value: Any) -> list[Any]:
    """`value` if it is an array. Raises `TypeError` otherwise."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.200} is no array")
    return value


def members(value: Any) -> dict[str, Any]:
    """A copy of `value` if it is an object. Raises `TypeError` otherwise."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r:.200} is no object")
    return dict(value)


def parse_datetime(value: Any) -> datetime.datetime:
    """A date-time of RFC 3339; what is finer than a microsecond is cut off."""
    return datetime.datetime.fromisoformat(value.upper())


def parse_date(value: Any) -> datetime.date:
    """A full-date of RFC 3339."""
    return datetime.date.fromisoformat(value)
