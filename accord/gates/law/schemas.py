"""The law for schemas: everything that the one takes, the other takes too.

Requests: what the old schema takes, the new one must take. Replies: what the new one takes, the
old one must have taken. Schemas that contain themselves are compared under the assumption that
they fit, which is refuted if anything on the way does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from accord.gates.law import scalars
from accord.gates.law.arrays import arrays
from accord.gates.law.discriminators import discriminators
from accord.gates.law.document import Document
from accord.gates.law.memory import Memory
from accord.gates.law.objects import Objects
from accord.gates.law.pair import Pair
from accord.gates.law.same import Same
from accord.gates.law.shape import Node, Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.unions import Unions
from accord.gates.law.values import NUMBERS, equal, shown
from accord.gates.law.verdict import Break, Breaks, Way, on_wire, unique


class Schemas:
    """Compares schemas of `old` with schemas of `new`."""

    def __init__(self, old: Document, new: Document, same: Same) -> None:
        self.old, self.new = Shapes(old), Shapes(new)
        self._same = same
        self._memory = Memory()

    def compare(self, way: Way, old: Node, new: Node, is_text: bool = False) -> Breaks:
        """What breaks where messages that go `way` hold `old`, now `new`, on all axes. Nodes are
        pointers, `()` for a schema that is not there."""
        narrow, wide = (old, new) if way is Way.REQUEST else (new, old)
        return self.fits(way, narrow, wide, is_text)

    def fits(self, way: Way, narrow: Node, wide: Node, is_text: bool = False, /) -> Breaks:
        """As `compare`, nodes in the order of the law."""
        old, new = (narrow, wide) if way is Way.REQUEST else (wide, narrow)
        if len(old) == len(new) == 1 and self._same(old[0], new[0]):
            return ()
        before, after = self.old.of(old), self.new.of(new)
        pair = Pair(way, *((before, after) if way is Way.REQUEST else (after, before)), is_text)
        found = [
            each if each.nodes else replace(each, nodes=(narrow, wide), inside=len(each.path))
            for each in self._judged(pair)
        ]
        return unique((*found, *self._notices(way, old, new, before, after)))

    def _judged(self, pair: Pair) -> Breaks:
        key = (pair.way, pair.old.key, pair.new.key, pair.is_text)
        known = self._memory.recall(key)
        if known is None:
            with self._memory.judging(key) as keep:
                known = keep(unique(self._breaks(pair)))
        return known

    def _breaks(self, pair: Pair) -> Iterable[Break]:
        if pair.narrow.unions or pair.wide.unions:
            narrow, wide = self._of(pair, narrow=True), self._of(pair, narrow=False)
            return Unions(pair, narrow, wide, self._judged).breaks()
        return self._plain(pair)

    def _of(self, pair: Pair, *, narrow: bool) -> Shapes:
        return self.old if narrow == (pair.way is Way.REQUEST) else self.new

    def _plain(self, pair: Pair) -> Iterator[Break]:
        narrow, wide = self._of(pair, narrow=True), self._of(pair, narrow=False)
        listed = pair.narrow.values is not None
        wrong = () if listed else tuple(scalars.types(pair))
        yield from wrong or scalars.null(pair)
        common = pair.narrow.types & pair.wide.types
        if common or listed:
            yield from scalars.values(pair, narrow, wide)
        if common and (not listed or not pair.narrow.types <= _SCALARS):
            yield from self._constraints(pair, common)

    def _constraints(self, pair: Pair, common: frozenset[str]) -> Iterator[Break]:
        if common & NUMBERS:
            yield from scalars.numbers(pair)
        if common & (NUMBERS | {"string"}):
            yield from scalars.texts(pair)
        if "array" in common:
            yield from arrays(pair, self.fits)
        if "object" in common:
            yield from Objects(
                pair,
                self.fits,
                self._hides(pair, narrow=True),
                self._hides(pair, narrow=False),
            ).breaks()
        narrow, wide = self._of(pair, narrow=True), self._of(pair, narrow=False)
        yield from discriminators(pair, narrow, wide, self._judged)
        yield from self._excluded(pair)
        yield from self._conditions(pair)

    def _hides(self, pair: Pair, *, narrow: bool) -> _Hides:
        return _Hides(self._of(pair, narrow=narrow), pair.way)

    def _excluded(self, pair: Pair) -> Iterator[Break]:
        """`not`: what is excluded may only be less. The law is turned round within it."""
        wide = self._of(pair, narrow=False)
        for excluded in pair.wide.nots:
            if _is_beside(wide.of((excluded,)), pair.narrow):
                continue
            if not any(
                not on_wire(self.fits(pair.way.opposite, (excluded,), (mine,)))
                for mine in pair.narrow.nots
            ):
                said = (
                    "values are excluded now (`not`)"
                    if pair.way is Way.REQUEST
                    else "values that were excluded may come now (`not`)"
                )
                yield pair.broken("not", said, None, excluded)

    def _conditions(self, pair: Pair) -> Iterator[Break]:
        for wanted in pair.wide.conditions:
            kept = any(
                not on_wire(self.fits(pair.way, mine.test, wanted.test))
                and not on_wire(self.fits(pair.way.opposite, wanted.test, mine.test))
                and not on_wire(self.fits(pair.way, mine.then, wanted.then))
                and not on_wire(self.fits(pair.way, mine.otherwise, wanted.otherwise))
                for mine in pair.narrow.conditions
            )
            if not kept:
                said = (
                    "more must hold now under a condition (`if`)"
                    if pair.way is Way.REQUEST
                    else "what held under a condition (`if`) need not hold now"
                )
                yield pair.broken("condition", said, None, wanted.pointer)

    def _notices(
        self, way: Way, old: Node, new: Node, before: Shape, after: Shape
    ) -> Iterator[Break]:
        if after.deprecated and not before.deprecated and not before.unions:
            yield Break("deprecated", "meaning", "is deprecated", before.pointer, after.deprecated)
        was, now = self.old.component(old), self.new.component(new)
        if was and now and was != now:
            gone = not self.new.document.has(f"/components/schemas/{was}")
            fresh = not self.old.document.has(f"/components/schemas/{now}")
            if gone and fresh:
                yield Break(
                    "schema-renamed",
                    "source",
                    f"the schema {was!r} is called {now!r}: clients that are generated anew have "
                    "another class",
                    f"/components/schemas/{was}",
                    f"/components/schemas/{now}",
                )
        if way is Way.REQUEST and not _same_default(before, after):
            yield Break(
                "default",
                "meaning",
                f"the default was {_default(before)} and is {_default(after)}: the same request "
                "asks for something else",
                before.default[1] if before.default else before.pointer,
                after.default[1] if after.default else after.pointer,
            )


_SCALARS = NUMBERS | {"string", "boolean"}


def _is_beside(excluded: Shape, shape: Shape) -> bool:
    """Whether a shape has no value of the types that are excluded."""
    return not (excluded.types & shape.types) and not (excluded.null and shape.null)


class _Hides:
    """Whether a property is no part of messages that go `way`."""

    def __init__(self, shapes: Shapes, way: Way) -> None:
        self._shapes = shapes
        self._way = way

    def __call__(self, shape: Shape, name: str) -> bool:
        inner = self._shapes.of(shape.properties[name])
        return inner.read_only if self._way is Way.REQUEST else inner.write_only


def _same_default(before: Shape, after: Shape) -> bool:
    if before.default is None or after.default is None:
        return before.default is after.default
    return equal(before.default[0], after.default[0])


def _default(shape: Shape) -> str:
    return shown(shape.default[0]) if shape.default else "not set"
