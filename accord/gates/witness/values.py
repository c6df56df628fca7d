"""Values that a schema takes, and values near what another one refuses: made by rule, always the
same, and tried by a validator before anyone believes in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from accord.gates.law.discriminators import meanings
from accord.gates.law.shape import Node, Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import among
from accord.gates.law.verdict import Step
from accord.gates.witness import patterns
from accord.gates.witness.lists import lists, lists_with
from accord.gates.witness.making import MOST_TRIES, Hint, NoValue
from accord.gates.witness.records import names, records, records_with
from accord.gates.witness.scalars import numbers, texts

Accepts = Callable[[Node, Any], bool]
"""Whether the schemas of a node take a value."""
_MOST_BRANCHES = 12
_DEEPEST = 24
_MOST_NAMES = 4


class Values:
    """Makes values for the schemas of one document; `accepts` judges them."""

    def __init__(self, shapes: Shapes, accepts: Accepts) -> None:
        self.shapes = shapes
        self._accepts = accepts
        self._known: dict[Node, tuple[Any, ...]] = {}
        self._open: set[Node] = set()

    def of(self, node: Node) -> Any:
        """A small value that `node` takes. Raises `NoValue`."""
        return self.several(node, 1)[0]

    def several(self, node: Node, wanted: int) -> tuple[Any, ...]:
        """Up to `wanted` different values that `node` takes, at least one. Raises `NoValue`."""
        known = self._known.get(node, ())
        if len(known) < wanted:
            if node in self._open or len(self._open) > _DEEPEST:
                raise NoValue
            self._open.add(node)
            try:
                known = tuple(islice(self._taken(node, wanted), wanted))
            finally:
                self._open.discard(node)
            self._known[node] = known
        if not known:
            raise NoValue
        return known

    def _taken(self, node: Node, wanted: int) -> Iterator[Any]:
        found: list[Any] = []
        for value in islice(self.near(node, ()), MOST_TRIES + wanted):
            if not among(value, found) and self._accepts(node, value):
                found.append(value)
                yield value

    def holding(self, node: Node, path: Sequence[Step], value: Any) -> Iterator[Any]:
        """Values for `node` that have `value` at the end of `path`; they may be wrong elsewhere."""
        yield from islice(self._holding(self.shapes.of(node), path, value), MOST_TRIES)

    def _holding(self, shape: Shape, path: Sequence[Step], value: Any) -> Iterator[Any]:
        if not path:
            yield value
            return
        step, rest = path[0], path[1:]
        for branch, tag in self._branches(shape):
            try:
                child = self._child(branch, step)
                for inner in self.holding(child, rest, value):
                    yield from self._around_child(branch, step, inner, tag)
            except NoValue:
                continue

    def _child(self, shape: Shape, step: Step) -> Node:
        if step.kind == "item":
            index = shape.first_items if step.key is None else int(str(step.key))
            node = shape.item(index)
            if node is None:
                raise NoValue
            return node
        if step.kind == "property":
            return shape.properties.get(str(step.key), shape.others)
        if step.kind == "pattern":
            return shape.patterns.get(str(step.key), shape.others)
        return shape.others

    def _around_child(
        self, shape: Shape, step: Step, inner: Any, tag: dict[str, Any]
    ) -> Iterator[Any]:
        if step.kind == "item":
            index = shape.first_items if step.key is None else int(str(step.key))
            yield from lists_with(self, shape, index, inner)
            return
        called: Iterator[str] = names(self, shape)
        if step.kind == "property":
            called = iter([str(step.key)])
        elif step.kind == "pattern":
            called = iter(patterns.texts(str(step.key)))
        for name in islice(called, _MOST_NAMES):
            yield from records_with(self, shape, tag, {name: inner})

    def near(self, node: Node, hints: Sequence[Hint]) -> Iterator[Any]:
        """Values for `node`, simple ones first, then those near the limits of `hints` too."""
        yield from self._near(self.shapes.of(node), hints)

    def _near(self, shape: Shape, hints: Sequence[Hint]) -> Iterator[Any]:
        hints = tuple(_written_out(hints))
        if shape.values is not None and not shape.is_open_enum:
            yield from shape.values
            if shape.null:
                yield None
            return
        yield from _in_turn(
            [self._of_types(branch, hints, tag) for branch, tag in self._branches(shape)]
        )
        if shape.null:
            yield None
        for _, hint in hints:
            yield from hint.values or ()

    def _of_types(self, shape: Shape, hints: Sequence[Hint], tag: dict[str, Any]) -> Iterator[Any]:
        if shape.values is not None:
            yield from shape.values
            return
        theirs = [hint for _, hint in hints]
        every = {type_ for hint in theirs for type_ in hint.types}
        # What the other ones do not take at all comes first.
        types = sorted(shape.types, key=lambda each: (each in every, _ORDER.index(each)))
        yield from _in_turn([self._of_type(type_, shape, hints, tag) for type_ in types])

    def _of_type(
        self, type_: str, shape: Shape, hints: Sequence[Hint], tag: dict[str, Any]
    ) -> Iterator[Any]:
        theirs = [hint for _, hint in hints]
        match type_:
            case "string":
                return texts(shape, theirs)
            case "boolean":
                return iter((True, False))
            case "integer" | "fraction":
                return numbers(shape, theirs, whole=type_ == "integer")
            case "array":
                return lists(self, shape, hints)
        return records(self, shape, hints, tag)

    def _branches(self, shape: Shape) -> Iterator[tuple[Shape, dict[str, Any]]]:
        """The shape by its alternatives, with the property that tells each apart."""
        if not shape.unions:
            yield shape, {}
            return
        name = (shape.discriminator or {}).get("propertyName")
        values = meanings(shape, self.shapes) if isinstance(name, str) else {}
        pending = [(shape, dict[str, Any]())]
        while pending:
            one, tag = pending.pop(0)
            if not one.unions:
                yield one, tag
                continue
            members = one.unions[0].members
            for member, branch in zip(members, self.shapes.branches(one), strict=True):
                target, _ = self.shapes.document.follow(member)
                told = [value for value, where in values.items() if where == target]
                pending += [(branch, {**tag, str(name): value}) for value in told] or [
                    (branch, tag)
                ]
            if len(pending) > _MOST_BRANCHES:
                del pending[_MOST_BRANCHES:]


def _in_turn(sources: Sequence[Iterator[Any]]) -> Iterator[Any]:
    """One of each, then another one of each: none waits until another one has ended."""
    pending = list(sources)
    while pending:
        for source in list(pending):
            try:
                yield next(source)
            except StopIteration:
                pending.remove(source)


_ORDER = ("string", "integer", "fraction", "boolean", "object", "array")


def _written_out(hints: Sequence[Hint]) -> Iterator[Hint]:
    """Hints with their alternatives, conditions and exceptions, one by one."""
    for shapes, shape in hints:
        yield shapes, shape
        for branch in shapes.branches(shape) if shape.unions else ():
            yield from _written_out([(shapes, branch)])
        nodes = [
            *((each,) for each in shape.nots),
            *(node for each in shape.conditions for node in (each.test, each.then, each.otherwise)),
            *shape.dependent_schemas.values(),
        ]
        yield from ((shapes, shapes.of(node)) for node in nodes if node)
