"""Objects near the limits of schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from accord.gates.law.shape import Node, Shape
from accord.gates.witness import patterns
from accord.gates.witness.making import MOST_ITEMS, MOST_TRIES, Hint, Maker, NoValue

Record = dict[str, Any]
_NEW = "zz"
_MOST_STRANGERS = 12
_ODD_NAMES = ("Zz", "zz-9", "z" * 25, "z" * 50, "z" * 100, "0", "\u00e9")
_ANY: tuple[Any, ...] = ("x", 1, True, None, [], {}, 0.5)


def records(
    maker: Maker, shape: Shape, hints: Sequence[Hint], tag: Mapping[str, Any]
) -> Iterator[Any]:
    """Objects with as few properties as may be and with all, one more and one fewer, with names
    that only others know, as many as others allow, and with values near their limits."""
    theirs = [hint for _, hint in hints]
    try:
        least, *full = records_with(maker, shape, tag, {})
    except NoValue:
        return
    whole = full[0] if full else least
    yield from (least, *full)
    for name in (name for name in whole if name not in least):
        yield {**least, name: whole[name]}
        yield _without(whole, name)
    for name in least:
        yield _without(least, name)
    told = {name: None for hint in theirs for name in (*hint.properties, *hint.required)}
    told |= {name: None for hint in theirs for pair in hint.dependents for name in pair}
    for name in (name for name in told if name not in whole):
        for value in _strange_values(maker, shape, name, hints):
            yield {**least, name: value}
    for name in _strangers(maker, shape, theirs):
        for value in _strange_values(maker, shape, name, hints):
            yield {**least, name: value}
            yield {**whole, name: value}
    yield from _crowds(maker, shape, theirs, least, whole)
    for name in (name for name in told if name in shape.properties):
        for value in _varied(maker, shape.properties[name], name, hints):
            yield {**least, name: value}
            yield {**whole, name: value}


def records_with(
    maker: Maker, shape: Shape, tag: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[Record]:
    """Objects with `given` in them and what must be beside it: first as few properties as may be,
    then all of them. `tag` is what tells an alternative apart. Raises `NoValue`."""
    made = {**_required(maker, shape, {**tag, **given}), **tag, **given}
    yield made
    whole = dict(made)
    _fill(maker, shape, whole, [name for name in shape.properties if name not in made], MOST_ITEMS)
    if len(whole) > len(made):
        yield whole


def names(maker: Maker, shape: Shape) -> Iterator[str]:
    """Names that the shape does not list, and may take."""
    if shape.names:
        try:
            yield from (str(name) for name in maker.several(shape.names, 8))
        except NoValue:
            return
    for pattern in shape.patterns:
        yield from patterns.texts(pattern)
    yield from (f"{_NEW}{index or ''}" for index in range(MOST_ITEMS))


def _required(maker: Maker, shape: Shape, given: Mapping[str, Any]) -> Record:
    wanted = [name for name in shape.required if name not in given]
    wanted += [
        needed
        for name, needed in shape.dependents
        if name in given and needed not in given and needed not in wanted
    ]
    made = {name: maker.of(shape.properties.get(name, shape.others)) for name in wanted}
    least = shape.limit("minProperties")
    missing = (int(least.value) if least else 0) - len(made.keys() | given.keys())
    if missing > 0:
        more = (*shape.properties, *names(maker, shape))
        free = [name for name in more if name not in made and name not in given]
        _fill(maker, shape, made, free, missing)
    return made


def _fill(maker: Maker, shape: Shape, made: Record, free: Sequence[str], most: int) -> None:
    """Adds up to `most` properties of those names, as far as there are values for them."""
    for name in free:
        if most <= 0:
            return
        try:
            made[name] = maker.of(shape.properties.get(name, shape.others))
        except NoValue:
            continue
        most -= 1


def _without(record: Mapping[str, Any], name: str) -> Record:
    return {key: value for key, value in record.items() if key != name}


def _varied(maker: Maker, node: Node, name: str, hints: Sequence[Hint]) -> Iterator[Any]:
    """Values for the property `name` near what others say about it."""
    about = [
        (shapes, shapes.of(each.properties[name]))
        for shapes, each in hints
        if name in each.properties
    ]
    return islice(maker.near(node, about), MOST_TRIES)


def _strangers(maker: Maker, shape: Shape, theirs: Sequence[Shape]) -> Iterator[str]:
    yield _NEW
    for each in (shape, *theirs):
        for pattern in each.patterns:
            yield from patterns.texts(pattern)
    for each in theirs:
        if each.names:
            yield from _ODD_NAMES
    yield from islice(names(maker, shape), 6)


def _strange_values(maker: Maker, shape: Shape, name: str, hints: Sequence[Hint]) -> Iterator[Any]:
    """Values for a property that the shape does not list."""
    about = [
        (shapes, shapes.of(inner))
        for shapes, hint in hints
        for inner in (hint.properties.get(name, hint.others), *hint.patterns.values())
    ]
    try:
        yield maker.of(shape.others)
    except NoValue:
        return
    yield from islice(maker.near(shape.others, about), _MOST_STRANGERS)
    yield from _ANY


def _crowds(
    maker: Maker, shape: Shape, theirs: Sequence[Shape], least: Record, whole: Record
) -> Iterator[Any]:
    """As many properties as another one allows, and one more or fewer."""
    for each in (shape, *theirs):
        for keyword in ("minProperties", "maxProperties"):
            limit = each.limit(keyword)
            for size in (int(limit.value) + by for by in (-1, 0, 1)) if limit else ():
                if 0 <= size <= MOST_ITEMS:
                    made = dict(least)
                    more = (*whole, *islice(names(maker, shape), MOST_ITEMS))
                    free = list(dict.fromkeys(name for name in more if name not in made))
                    _fill(maker, shape, made, free, size - len(made))
                    yield made
