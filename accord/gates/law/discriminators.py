"""The law for discriminators: the property that tells alternatives apart, and its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from accord.gates.law.pair import Pair
from accord.gates.law.shape import Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import shown
from accord.gates.law.verdict import Break, Breaks, Way, on_wire

_COMPONENT = "/components/schemas/"


def discriminators(
    pair: Pair, narrow: Shapes, wide: Shapes, judge: Callable[[Pair], Breaks]
) -> Iterator[Break]:
    """What breaks for who reads or writes the property that tells alternatives apart."""
    before, after = _property(pair.old), _property(pair.new)
    places = (pair.narrow.discriminator_at or None, pair.wide.discriminator_at or None)
    if before != after:
        if before is None and (pair.way is Way.REPLY or _all_require(pair.narrow, narrow, after)):
            return
        if after is None and pair.way is Way.REQUEST:
            return
        said = f"alternatives were told apart by {before!r} and are by {after!r}"
        yield pair.broken("discriminator", said, *places)
    elif before is not None:
        yield from _values(pair, narrow, wide, judge, before)


def _values(
    pair: Pair, narrow: Shapes, wide: Shapes, judge: Callable[[Pair], Breaks], name: str
) -> Iterator[Break]:
    places = (pair.narrow.discriminator_at, pair.wide.discriminator_at)
    theirs = meanings(pair.wide, wide)
    for value, target in meanings(pair.narrow, narrow).items():
        other = theirs.get(value)
        if other is not None:
            both = replace(pair, narrow=narrow.of((target,)), wide=wide.of((other,)))
            if not pair.wide.unions and not pair.narrow.unions:
                # Whoever extends the schema may come wherever it is named.
                yield from judge(both)
            elif target != other and on_wire(judge(both)):
                said = f"the value {shown(value)} of {name!r} means another alternative"
                yield pair.broken("discriminator-value", said, *places)
        elif (
            target in theirs.values()
            or not pair.wide.unions
            or _fits_another(pair, target, narrow, wide, judge, name, value)
        ):
            # Otherwise the alternative itself is gone, or new, and said to be.
            said = "means nothing any more" if pair.way is Way.REQUEST else "is new"
            said = f"the value {shown(value)} of {name!r} {said}"
            yield pair.broken("discriminator-value", said, *places)


def _fits_another(
    pair: Pair,
    target: str,
    narrow: Shapes,
    wide: Shapes,
    judge: Callable[[Pair], Breaks],
    name: str,
    value: str,
) -> bool:
    """Whether what `value` means has only another value now: the alternative is still there, and
    nobody says that it is gone."""
    mine = narrow.of((target,))
    told = narrow.of(mine.properties[name]).values if name in mine.properties else None
    if told is not None and value not in told:
        # The property itself says which values it has, and this is none of them.
        return False
    return any(
        not on_wire(judge(replace(pair, narrow=mine, wide=wide.of((member,)))))
        for union in pair.wide.unions
        for member in union.members
    )


def _property(shape: Shape) -> str | None:
    name = (shape.discriminator or {}).get("propertyName")
    return name if isinstance(name, str) else None


def _all_require(shape: Shape, shapes: Shapes, name: str | None) -> bool:
    return all(name in branch.required for branch in shapes.branches(shape))


def meanings(shape: Shape, shapes: Shapes) -> Mapping[str, str]:
    """Values → the pointers of what they mean: those that are written, then the names of
    alternatives that no value is written for."""
    written: Mapping[str, str] = (shape.discriminator or {}).get("mapping") or {}
    targets = {
        value: unquote(target[1:]) if target.startswith("#") else _COMPONENT + target
        for value, target in written.items()
    }
    for union in shape.unions:
        for member in union.members:
            name = shapes.component((member,))
            if name is not None and _COMPONENT + name not in targets.values():
                targets.setdefault(name, _COMPONENT + name)
    if not shape.unions:
        for name in shapes.extending(shape.pointer):
            if _COMPONENT + name not in targets.values():
                targets.setdefault(name, _COMPONENT + name)
    return targets
