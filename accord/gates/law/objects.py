"""The law for objects.

A name that was never declared is no promise: a new property breaks nobody unless other names were
spoken of (`additionalProperties`, `patternProperties`). A property that is taken away breaks who
sends or reads it, required or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from accord.gates.law.arrays import Fits
from accord.gates.law.pair import Pair
from accord.gates.law.scalars import bounds
from accord.gates.law.shape import Node, Shape
from accord.gates.law.verdict import Break, Step, Way, below, property_
from accord.spec.pointers import join

IsHidden = Callable[[Shape, str], bool]
"""Whether a shape's property is no part of messages that go this way (`readOnly`, `writeOnly`)."""


class Objects:
    """Two shapes, as objects; `narrow_hides` and `wide_hides` know what is hidden in each."""

    def __init__(
        self, pair: Pair, fits: Fits, narrow_hides: IsHidden, wide_hides: IsHidden
    ) -> None:
        self._pair = pair
        self._fits = fits
        self._mine = {
            name: node + _like(pair.narrow, name)
            for name, node in pair.narrow.properties.items()
            if not narrow_hides(pair.narrow, name)
        }
        self._theirs = {
            name: node + _like(pair.wide, name)
            for name, node in pair.wide.properties.items()
            if not wide_hides(pair.wide, name)
        }

    def breaks(self) -> Iterator[Break]:
        """Everything about properties, their names and number."""
        yield from self._required()
        for name, node in self._mine.items():
            if name in self._theirs:
                found = self._fits(self._pair.way, node, self._theirs[name], self._pair.is_text)
                yield from below(property_(name), found)
            else:
                yield from below(property_(name), self._not_theirs(name, node))
        for name, node in self._theirs.items():
            if name not in self._mine:
                yield from below(property_(name), self._not_mine(name, node))
        yield from self._others()
        yield from self._names()
        yield from self._sizes()
        yield from self._dependents()

    def _required(self) -> Iterator[Break]:
        pair = self._pair
        for name, pointer in pair.wide.required.items():
            hidden_there = name in pair.wide.properties and name not in self._theirs
            if hidden_there or (name in pair.narrow.required and self._is_sent(name)):
                continue
            if pair.way is Way.REQUEST:
                added = name not in pair.narrow.properties
                yield pair.broken(
                    "property-added-required" if added else "property-required",
                    "is new and required: requests without it were valid"
                    if added
                    else "is required now: requests without it were valid",
                    "" if added else None,
                    self._place(pair.wide, name) if added else pointer,
                ).below(property_(name))
            elif name in self._mine or name not in self._theirs:
                yield pair.broken(
                    "property-optional",
                    "was always there and may be absent now",
                    self._place(pair.narrow, name),
                    pointer,
                ).below(property_(name))

    def _is_sent(self, name: str) -> bool:
        return name in self._mine or name not in self._pair.narrow.properties

    @staticmethod
    def _place(shape: Shape, name: str) -> str | None:
        node = shape.properties.get(name)
        return node[0] if node else None

    def _missing(self, shape: Shape, name: str) -> str:
        """Where `name` would stand in a shape that has it not (or hides it)."""
        node = shape.properties.get(name)
        return node[0] if node else join(shape.pointer, "properties", name)

    def _not_theirs(self, name: str, node: Node) -> Iterator[Break]:
        """The narrow one has a property that the wide one has not."""
        pair = self._pair
        elsewhere = self._by_other_means(pair.wide, name)
        place = self._missing(pair.wide, name)
        if elsewhere is not None:
            yield from self._fits(pair.way, node, elsewhere, pair.is_text)
        elif pair.way is Way.REQUEST:
            if name in pair.wide.properties:
                said = "is read-only now: callers may not send it any more"
            elif pair.wide.closed:
                said = "is gone: requests with it are refused"
            else:
                said = "is gone: what callers send has no effect any more"
            yield pair.broken("property-removed", said, node[0], place)
        elif pair.wide.closed and name not in pair.wide.properties:
            said = "is new, and the schema excluded names that it does not list"
            yield pair.broken("property-added", said, node[0], pair.wide.closed)

    def _not_mine(self, name: str, node: Node) -> Iterator[Break]:
        """The wide one has a property that the narrow one has not."""
        pair = self._pair
        if pair.way is Way.REPLY:
            said = (
                "is write-only now: replies have it no more"
                if name in pair.narrow.properties
                else "is gone: callers that read it find it no more"
            )
            yield pair.broken("property-removed", said, self._missing(pair.narrow, name), node[0])
            return
        elsewhere = self._by_other_means(pair.narrow, name)
        if elsewhere is not None:
            yield from self._fits(pair.way, elsewhere, node, pair.is_text)

    @staticmethod
    def _by_other_means(shape: Shape, name: str) -> Node | None:
        """What a property must be that the shape does not list; None where it says nothing."""
        return _like(shape, name) or shape.others or None

    def _others(self) -> Iterator[Break]:
        pair = self._pair
        most = pair.narrow.limit("maxProperties")
        if most is not None and most.value <= 0:
            return
        if pair.narrow.closed:
            pass
        elif pair.wide.closed:
            said = (
                "properties that are not listed are refused now"
                if pair.way is Way.REQUEST
                else "properties that are not listed were excluded and may come now"
            )
            yield pair.broken("other-properties", said, None, pair.wide.closed)
        elif pair.wide.others:
            found = self._fits(pair.way, pair.narrow.others, pair.wide.others, pair.is_text)
            yield from below(Step("other", None, ".*"), found)
        for pattern, node in pair.wide.patterns.items():
            if pair.narrow.closed and pattern not in pair.narrow.patterns:
                continue
            mine = self._named_like(pattern)
            yield from below(
                Step("pattern", pattern, f".{pattern!r}"),
                self._fits(pair.way, mine, node, pair.is_text),
            )

    def _named_like(self, pattern: str) -> Node:
        """What the narrow one says about names that `pattern` finds itself in."""
        found: Node = ()
        for mine, node in self._pair.narrow.patterns.items():
            if _finds_all_that(mine, pattern):
                found += node
        return found or self._pair.narrow.others

    def _names(self) -> Iterator[Break]:
        pair = self._pair
        for pattern, node in pair.narrow.patterns.items():
            if pattern in pair.wide.patterns:
                continue
            if pair.wide.closed and not pair.narrow.closed:
                continue
            if pair.wide.closed:
                said = (
                    f"names like {pattern!r} are refused now"
                    if pair.way is Way.REQUEST
                    else f"names like {pattern!r} may come now"
                )
                yield pair.broken("pattern-properties", said, node[0], pair.wide.closed)
            elif pair.wide.others:
                found = self._fits(pair.way, node, pair.wide.others, pair.is_text)
                yield from below(Step("pattern", pattern, f".{pattern!r}"), found)
        if pair.wide.names:
            found = self._fits(pair.way, pair.narrow.names, pair.wide.names)
            if found:
                said = (
                    "names of properties are restricted now"
                    if pair.way is Way.REQUEST
                    else "names of properties were restricted and are less so now"
                )
                yield pair.broken("property-names", said, None, pair.wide.names[0])

    def _sizes(self) -> Iterator[Break]:
        mine = self._pair.narrow
        all_known = mine.closed and not mine.patterns and not mine.others
        implied = {
            "minProperties": sum(map(self._is_sent, mine.required)),
            "maxProperties": len(mine.properties) if all_known else None,
        }
        yield from bounds(self._pair, "minProperties", "maxProperties", implied=implied)

    def _dependents(self) -> Iterator[Break]:
        pair = self._pair
        for (name, needed), pointer in pair.wide.dependents.items():
            kept = (name, needed) in pair.narrow.dependents or needed in pair.narrow.required
            if not kept:
                said = (
                    f"needs {needed!r} beside it now"
                    if pair.way is Way.REQUEST
                    else f"came with {needed!r} only, and may come without now"
                )
                yield pair.broken("dependent-required", said, None, pointer).below(property_(name))
        for name, node in pair.wide.dependent_schemas.items():
            mine = pair.narrow.dependent_schemas.get(name)
            if mine is None or self._fits(pair.way, mine, node):
                said = (
                    "what must hold beside it is more now"
                    if pair.way is Way.REQUEST
                    else "what held beside it need not hold now"
                )
                yield pair.broken("dependent-schemas", said, None, node[0]).below(property_(name))


def _like(shape: Shape, name: str) -> Node:
    """What `patternProperties` say about a name."""
    found: Node = ()
    for pattern, node in shape.patterns.items():
        try:
            if re.search(pattern, name):
                found += node
        except re.error:
            # ECMA's own: not decided here.
            continue
    return found


def _finds_all_that(pattern: str, narrower: str) -> bool:
    """Whether `pattern` is found in every name that `narrower` is found in, as far as beginnings
    written out show it: `^x` is where `^x-` is."""
    if pattern == narrower:
        return True
    beginning, other = _BEGINNING.fullmatch(pattern), _BEGINNING.fullmatch(narrower)
    return bool(beginning and other and other[1].startswith(beginning[1]))


_BEGINNING = re.compile(r"\^([\w\-/:@ ]*)")
