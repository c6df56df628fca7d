"""Unions: which of several schemas a received value belongs to.

By the discriminator where there is one; else the member that the value fits best: everything it
requires is there, constants agree, and as many properties as possible are known to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .values import UnknownObject

Read = Callable[[Any], Any]
_NO = -1


@dataclass(frozen=True, slots=True)
class Variant:
    """One member: `fit` is how well a value belongs to it, negative for not at all."""

    fit: Callable[[Any], int]
    read: Read
    loose: Callable[[Any], int] = lambda value: _NO
    """The same for a value that keeps the contract less well."""


class Variants:
    """Several members, and the labels of a discriminator: its property and readers by value."""

    def __init__(
        self, *variants: Variant, label: str = "", labelled: Mapping[str, Read] | None = None
    ) -> None:
        self._variants = variants
        self._label = label
        self._labelled = labelled or {}

    def read(self, value: Any) -> Any:
        """The value as the member it belongs to; an object that belongs to none becomes an
        `UnknownObject`. Raises `TypeError` for other values."""
        if self._labelled and isinstance(value, Mapping):
            label = value.get(self._label)
            if isinstance(label, str):
                read = self._labelled.get(label)
                return UnknownObject(value) if read is None else read(value)
        for read in self._readers(value):
            try:
                return read(value)
            except (AttributeError, KeyError, TypeError, ValueError):
                # It fits at the top, and does not below.
                continue
        if isinstance(value, Mapping):
            return UnknownObject(value)
        raise TypeError(f"{value!r:.200} is none of what the contract lists here")

    def fits(self, value: Any) -> bool:
        """Whether any member takes the value."""
        return any(variant.fit(value) >= 0 for variant in self._variants)

    def _readers(self, value: Any) -> Iterator[Read]:
        """The readers of members that take the value, the best first; then of those that might."""
        for way in ("fit", "loose"):
            scores = [(getattr(variant, way)(value), variant) for variant in self._variants]
            scores.sort(key=lambda each: -each[0])
            yield from (variant.read for score, variant in scores if score >= 0)


def _as_it_is(value: Any) -> Any:
    return value


def anything(read: Read = _as_it_is) -> Variant:
    """Every value, where nothing fits better."""
    return Variant(lambda value: 0, read)


def null() -> Variant:
    """Null."""
    return Variant(lambda value: 1 if value is None else _NO, _as_it_is)


def boolean() -> Variant:
    """True and false, which Python counts among the numbers."""
    return Variant(lambda value: 1 if isinstance(value, bool) else _NO, _as_it_is)


def number() -> Variant:
    """Any number."""
    return Variant(
        lambda value: 1 if type(value) in (int, float) else _NO,
        _as_it_is,
    )


def integer() -> Variant:
    """Whole numbers, 1.0 among them."""

    def fit(value: Any) -> int:
        whole = type(value) is int or (type(value) is float and value.is_integer())
        return 2 if whole else _NO

    return Variant(fit, _as_it_is)


def text(read: Read = _as_it_is) -> Variant:
    """A string; with `read`, one that it takes."""

    def fit(value: Any) -> int:
        if not isinstance(value, str):
            return _NO
        if read is _as_it_is:
            return 1
        try:
            read(value)
        except ValueError:
            return _NO
        return 2

    return Variant(fit, read)


def one_of(members: Collection[Any], read: Read) -> Variant:
    """The members of an enum; others of their types if nothing fits better."""
    types = tuple({type(member) for member in members})

    def fit(value: Any) -> int:
        try:
            return 3 if value in members and type(value) in types else _NO
        except TypeError:
            return _NO

    return Variant(fit, read, lambda value: 0 if type(value) in types else _NO)


def array(item: Variants | None, read: Read) -> Variant:
    """A list whose every item `item` takes."""

    def fit(value: Any) -> int:
        if not isinstance(value, list):
            return _NO
        return 1 if item is None or all(map(item.fits, value)) else _NO

    return Variant(fit, read, lambda value: 0 if isinstance(value, list) else _NO)


def mapping(read: Read) -> Variant:
    """An object with any properties."""
    return Variant(lambda value: 0 if isinstance(value, Mapping) else _NO, read)


def model(
    read: Read,
    known: Collection[str],
    required: Collection[str] = (),
    constants: Mapping[str, Collection[Any]] | None = None,
    kinds: Mapping[str, str] | None = None,
    *,
    closed: bool = False,
) -> Variant:
    """An object with these properties; `constants` are the values that some must have, `kinds`
    the JSON types of others."""

    def fit(value: Any) -> int:
        if not isinstance(value, Mapping) or any(name not in value for name in required):
            return _NO
        for name, allowed in (constants or {}).items():
            if name in value and value[name] not in allowed:
                return _NO
        for name, kind in (kinds or {}).items():
            if name in value and not isinstance(value[name], _TYPES[kind]):
                return _NO
        count = sum(name in known for name in value)
        if closed and count < len(value):
            return _NO
        return 1 + count

    def loose(value: Any) -> int:
        if not isinstance(value, Mapping):
            return _NO
        lacking = sum(name not in value for name in required)
        return sum(name in known for name in value) if not lacking else _NO

    return Variant(fit, read, loose)


_TYPES: Mapping[str, Any] = {
    "string": str,
    "array": list,
    "object": Mapping,
    "boolean": bool,
    "number": (int, float),
    "integer": (int, float),
}
