"""The law for types, lists of values, numbers and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.gates.law.pair import Pair
from accord.gates.law.shape import LOWER, Limit, Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.takes import is_multiple, takes
from accord.gates.law.values import NUMBERS, among, shown, shown_types
from accord.gates.law.verdict import Break, Way

_NARROWER_FORMATS = {
    "int32": {"int64"},
    "float": {"double"},
    "date-time-local": {"date-time"},
    "email": {"idn-email"},
    "hostname": {"idn-hostname"},
    "uri": {"uri-reference", "iri", "iri-reference", "url"},
    "url": {"uri", "uri-reference", "iri", "iri-reference"},
    "uri-reference": {"iri-reference"},
    "iri": {"iri-reference"},
}
"""Format → those that take all that it takes."""
_BITS = {"int32": 32, "int64": 64}
_TEXTUAL = NUMBERS | {"boolean"}


def types(pair: Pair) -> Iterator[Break]:
    """Values of a type that the wide one does not have."""
    missing = pair.narrow.types - pair.wide.types
    if pair.is_text and "string" in pair.wide.types and _takes_any_text(pair.wide):
        missing -= _TEXTUAL
    if missing:
        yield pair.changed(
            "type",
            "the type",
            shown_types(pair.narrow.types),
            shown_types(pair.wide.types),
            _at(pair.narrow, "type"),
            _at(pair.wide, "type"),
        )


def null(pair: Pair) -> Iterator[Break]:
    """null, where the wide one does not take it."""
    if pair.narrow.null and not pair.wide.null and not pair.is_text:
        said = "null was valid and is refused" if pair.way is Way.REQUEST else "may be null now"
        yield pair.broken("null", said)


def values(pair: Pair, narrow: Shapes, wide: Shapes) -> Iterator[Break]:
    """Listed values that the wide one does not take; a list where there was none."""
    listed, allowed = pair.narrow.values, pair.wide.values
    if pair.wide.is_open_enum and pair.way is Way.REPLY:
        allowed = None
    if listed is None:
        if allowed is not None and not _is_complete(pair.narrow, allowed):
            yield pair.changed(
                "enum",
                "the list of values",
                "open",
                ", ".join(map(shown, allowed)),
                None,
                pair.wide.values_at,
            )
        return
    for value in listed:
        if not takes(narrow, pair.narrow, value):
            continue
        if allowed is not None and not among(value, allowed):
            said = "is not taken any more" if pair.way is Way.REQUEST else "is new"
            yield pair.broken(
                "enum",
                f"the value {shown(value)} {said}",
                pair.narrow.values_at,
                pair.wide.values_at,
            )
        elif not takes(wide, pair.wide, value) and not (
            pair.is_text and takes(wide, pair.wide, _text(value))
        ):
            yield pair.broken(
                "values",
                f"the value {shown(value)} is not what the "
                f"{'new' if pair.way is Way.REQUEST else 'old'} schema takes",
                pair.narrow.values_at,
            )


def numbers(pair: Pair) -> Iterator[Break]:
    """Bounds and steps."""
    yield from bounds(pair, "minimum", "maximum")
    for step in pair.wide.multiples:
        if _is_whole(step.value) and 1 % step.value == 0 and "fraction" not in pair.narrow.types:
            continue
        if not any(is_multiple(each.value, step) for each in pair.narrow.multiples):
            yield pair.changed(
                "multiple-of",
                "the step (`multipleOf`)",
                _first(pair.narrow.multiples),
                step.value,
                _pointer(pair.narrow.multiples),
                step.pointer,
            )


def texts(pair: Pair) -> Iterator[Break]:
    """Lengths, patterns, formats and encodings of texts; formats of numbers."""
    if "string" in pair.narrow.types:
        yield from bounds(pair, "minLength", "maxLength")
    for (kind, text), pointer in pair.wide.texts.items():
        if kind != "format" and "string" not in pair.narrow.types:
            continue
        mine = {value: at for (other, value), at in pair.narrow.texts.items() if other == kind}
        if text in mine or any(text in _NARROWER_FORMATS.get(each, ()) for each in mine):
            continue
        if text in _BITS and _within(pair.narrow, _BITS[text]):
            continue
        yield pair.changed(
            {"contentEncoding": "content-encoding", "contentMediaType": "content-media-type"}.get(
                kind, kind
            ),
            f"the {kind}",
            " and ".join(map(shown, mine)) or "free",
            shown(text),
            next(iter(mine.values()), None),
            pointer,
        )


def bounds(
    pair: Pair, *keywords: str, implied: Mapping[str, int | None] | None = None
) -> Iterator[Break]:
    """Limits of the wide one that the narrow one does not keep. `implied` are those that the
    narrow one has for other reasons."""
    for keyword in keywords:
        limit, mine = pair.wide.limit(keyword), pair.narrow.limit(keyword)
        if limit is None:
            continue
        other = (implied or {}).get(keyword)
        kept = mine is not None and _keeps(keyword, mine, limit)
        if kept or (other is not None and _keeps(keyword, Limit(other, ""), limit)):
            continue
        yield pair.changed(
            _dashed(keyword),
            f"`{keyword}`",
            "not set" if mine is None else _bound(mine),
            _bound(limit),
            None if mine is None else mine.pointer,
            limit.pointer,
        )


def _keeps(keyword: str, mine: Limit, limit: Limit) -> bool:
    if mine.value == limit.value:
        return mine.exclusive or not limit.exclusive
    return bool((mine.value > limit.value) == (keyword in LOWER))


def _text(value: Any) -> str:
    """A value as it stands in a URL or header."""
    return value if isinstance(value, str) else shown(value)


def _bound(limit: Limit) -> str:
    return f"{limit.value} (exclusive)" if limit.exclusive else str(limit.value)


def _dashed(keyword: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in keyword)


def _takes_any_text(shape: Shape) -> bool:
    """Whether the text of any number or boolean will do: there is a character in each."""
    least, most = shape.limit("minLength"), shape.limit("maxLength")
    is_free = shape.values is None and not shape.texts and not shape.unions
    return is_free and most is None and (least is None or least.value <= 1)


def _is_complete(shape: Shape, allowed: tuple[object, ...]) -> bool:
    """Whether `allowed` are all values that the shape takes, listed or not."""
    if shape.types == {"boolean"}:
        return among(True, allowed) and among(False, allowed)
    low, high = shape.limit("minimum"), shape.limit("maximum")
    if shape.types != {"integer"} or low is None or high is None:
        return False
    # Bounds of integers are whole and inclusive here.
    every = range(int(low.value), int(high.value) + 1)
    return len(every) <= len(allowed) and all(among(value, allowed) for value in every)


def _within(shape: Shape, bits: int) -> bool:
    """Whether an integer's own bounds keep it to so many bits."""
    low, high = shape.limit("minimum"), shape.limit("maximum")
    if not shape.types <= NUMBERS or low is None or high is None:
        return False
    most = 2 ** (bits - 1)
    return bool(low.value >= -most and high.value < most)


def _is_whole(value: float) -> bool:
    return float(value).is_integer()


def _first(steps: tuple[Limit, ...]) -> str:
    return str(steps[0].value) if steps else "not set"


def _pointer(steps: tuple[Limit, ...]) -> str | None:
    return steps[0].pointer if steps else None


def _at(shape: Shape, keyword: str) -> str:
    return f"{shape.pointer}/{keyword}" if shape.pointer else ""
