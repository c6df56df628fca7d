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
from accord.gates.witness.scalars import numbers, texts

Accepts = Callable[[Node, Any], bool]
"""Whether the schemas of a node take a value."""
_MOST_TRIES = 60
_MOST_BRANCHES = 12
_MOST_ITEMS = 300
_DEEPEST = 24
NEW_NAME = "zz"
_OTHERS: tuple[Any, ...] = ("x", 1, True, None, [], {}, 0.5)


class NoValue(Exception):
    """No value was found that a schema takes."""


class Values:
    """Makes values for the schemas of one document; `accepts` judges them."""

    def __init__(self, shapes: Shapes, accepts: Accepts) -> None:
        self._shapes = shapes
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
        for value in islice(self.near(node, ()), _MOST_TRIES + wanted):
            if not among(value, found) and self._accepts(node, value):
                found.append(value)
                yield value

    def holding(self, node: Node, path: Sequence[Step], value: Any) -> Iterator[Any]:
        """Values for `node` that have `value` at the end of `path`; they may be wrong elsewhere."""
        yield from islice(self._holding(self._shapes.of(node), path, value), _MOST_TRIES)

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
            yield from self._list_with(shape, index, inner)
            return
        if step.kind == "property":
            names = [str(step.key)]
        elif step.kind == "pattern":
            names = list(patterns.texts(str(step.key)))
        else:
            names = [NEW_NAME, *self._names(shape)]
        for name in names[:4]:
            yield from self._objects(shape, tag, {name: inner})

    # -- values near the limits of a schema and of those that it is compared with

    def near(self, node: Node, hints: Sequence[tuple[Shapes, Shape]]) -> Iterator[Any]:
        """Values for `node`, simple ones first, then those near the limits of `hints` too."""
        yield from self._near(self._shapes.of(node), hints)

    def _near(self, shape: Shape, hints: Sequence[tuple[Shapes, Shape]]) -> Iterator[Any]:
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

    def _of_types(
        self, shape: Shape, hints: Sequence[tuple[Shapes, Shape]], tag: dict[str, Any]
    ) -> Iterator[Any]:
        if shape.values is not None:
            yield from shape.values
            return
        theirs = [hint for _, hint in hints]
        every = {type_ for hint in theirs for type_ in hint.types}
        # What the other ones do not take at all comes first.
        types = sorted(shape.types, key=lambda each: (each in every, _ORDER.index(each)))
        yield from _in_turn([self._of_type(type_, shape, hints, tag) for type_ in types])

    def _of_type(
        self, type_: str, shape: Shape, hints: Sequence[tuple[Shapes, Shape]], tag: dict[str, Any]
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
                return self._lists(shape, hints)
        return self._records(shape, hints, tag)

    def _branches(self, shape: Shape) -> Iterator[tuple[Shape, dict[str, Any]]]:
        """The shape by its alternatives, with the property that tells each apart."""
        if not shape.unions:
            yield shape, {}
            return
        name = (shape.discriminator or {}).get("propertyName")
        values = meanings(shape, self._shapes) if isinstance(name, str) else {}
        pending = [(shape, dict[str, Any]())]
        while pending:
            one, tag = pending.pop(0)
            if not one.unions:
                yield one, tag
                continue
            members = one.unions[0].members
            for member, branch in zip(members, self._shapes.branches(one), strict=True):
                target, _ = self._shapes.document.follow(member)
                told = [value for value, where in values.items() if where == target]
                pending += [(branch, {**tag, str(name): value}) for value in told] or [
                    (branch, tag)
                ]
            if len(pending) > _MOST_BRANCHES:
                del pending[_MOST_BRANCHES:]

    # -- arrays

    def _lists(self, shape: Shape, hints: Sequence[tuple[Shapes, Shape]]) -> Iterator[Any]:
        sizes = {0, 1, 2, shape.first_items, shape.first_items + 1}
        for other in (shape, *(hint for _, hint in hints)):
            for keyword in ("minItems", "maxItems"):
                limit = other.limit(keyword)
                if limit is not None:
                    sizes |= {int(limit.value) + by for by in (-1, 0, 1)}
            sizes |= {each.least + by for each in other.contains for by in (-1, 0, 1)}
            sizes |= {(each.most or 0) + 1 for each in other.contains}
            sizes |= {other.first_items, other.first_items + 1}
        for size in sorted(size for size in sizes if 0 <= size <= _MOST_ITEMS):
            for is_varied in (True, False):
                try:
                    yield self._list(shape, size, is_varied)
                except NoValue:
                    continue
        for index in range(shape.first_items + 1):
            node = shape.item(index)
            wanted = [
                (shapes, shapes.of(theirs))
                for shapes, hint in hints
                for theirs in (*(each.node for each in hint.contains), hint.item(index))
                if theirs is not None
            ]
            if node is None or not wanted:
                continue
            for value in islice(self._near(self._shapes.of(node), wanted), _MOST_TRIES):
                for size in range(1, 4):
                    try:
                        yield [*self._list(shape, index, is_varied=True), *[value] * size]
                    except NoValue:
                        continue

    def _list(self, shape: Shape, size: int, is_varied: bool) -> list[Any]:
        made: list[Any] = []
        for each in shape.contains:
            made += self.several(each.node, max(1, each.least))[: each.least]
        made = made[:size] if not shape.first_items else []
        for index in range(len(made), size):
            node = shape.item(index)
            if node is None:
                raise NoValue
            known = self.several(node, size if is_varied else 1)
            made.append(known[index % len(known)])
        return made

    def _list_with(self, shape: Shape, index: int, inner: Any) -> Iterator[Any]:
        least = shape.limit("minItems")
        size = max(index + 1, int(least.value) if least else 0)
        for total in dict.fromkeys((size, size + 1)):
            try:
                made = self._list(shape, total, is_varied=True)
            except NoValue:
                continue
            yield [*made[:index], inner, *made[index + 1 :]]

    # -- objects

    def _objects(
        self, shape: Shape, tag: dict[str, Any], given: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Objects with `given` in them and what must be beside it: first as few properties as may
        be, then all of them."""
        made = {**self._required(shape, {**tag, **given}), **tag, **given}
        yield made
        more = dict(made)
        for name, node in shape.properties.items():
            if name not in more:
                try:
                    more[name] = self.of(node)
                except NoValue:
                    continue
        if len(more) > len(made):
            yield more

    def _required(self, shape: Shape, given: dict[str, Any]) -> dict[str, Any]:
        wanted = [name for name in shape.required if name not in given]
        wanted += [
            needed
            for (name, needed) in shape.dependents
            if name in given and needed not in given and needed not in wanted
        ]
        made = {name: self.of(shape.properties.get(name, shape.others)) for name in wanted}
        least = shape.limit("minProperties")
        missing = (int(least.value) if least else 0) - len(made.keys() | given.keys())
        for name in (*shape.properties, *self._names(shape)):
            if missing <= 0:
                break
            if name not in made and name not in given:
                try:
                    made[name] = self.of(shape.properties.get(name, shape.others))
                    missing -= 1
                except NoValue:
                    continue
        return made

    def _names(self, shape: Shape) -> Iterator[str]:
        """Names that the shape does not list, and may take."""
        if shape.names:
            try:
                yield from (str(name) for name in self.several(shape.names, 8))
            except NoValue:
                return
        for pattern in shape.patterns:
            yield from patterns.texts(pattern)
        yield from (f"{NEW_NAME}{index or ''}" for index in range(_MOST_ITEMS))

    def _records(
        self, shape: Shape, hints: Sequence[tuple[Shapes, Shape]], tag: dict[str, Any]
    ) -> Iterator[Any]:
        theirs = [hint for _, hint in hints]
        try:
            least, *full = self._objects(shape, tag, {})
        except NoValue:
            return
        yield least
        yield from full
        whole = full[0] if full else least
        # One property more than must be, or one fewer than may be.
        for name in whole.keys() - least.keys():
            yield {**least, name: whole[name]}
            yield {key: value for key, value in whole.items() if key != name}
        for name in [*least]:
            yield {key: value for key, value in least.items() if key != name}
        told = {name for hint in theirs for name in (*hint.properties, *hint.required)}
        told |= {name for hint in theirs for pair in hint.dependents for name in pair}
        for name in sorted(told - whole.keys()):
            for value in self._others(shape, name, hints):
                yield {**least, name: value}
        for name in self._strangers(shape, theirs):
            for value in self._others(shape, name, hints):
                yield {**least, name: value}
                yield {**whole, name: value}
        yield from self._crowds(shape, theirs, least, whole)
        for name in sorted(told & shape.properties.keys()):
            yield from self._varied(shape, hints, name, least, whole)

    def _varied(
        self,
        shape: Shape,
        hints: Sequence[tuple[Shapes, Shape]],
        name: str,
        least: dict[str, Any],
        whole: dict[str, Any],
    ) -> Iterator[Any]:
        """Objects whose property `name` is near what others say about it."""
        about = [
            (shapes, shapes.of(each.properties[name]))
            for shapes, each in hints
            if name in each.properties
        ]
        for value in islice(
            self._near(self._shapes.of(shape.properties[name]), about), _MOST_TRIES
        ):
            yield {**least, name: value}
            yield {**whole, name: value}

    def _others(
        self, shape: Shape, name: str, hints: Sequence[tuple[Shapes, Shape]]
    ) -> Iterator[Any]:
        """Values for a property that the shape does not list."""
        node = shape.others
        about = [
            (shapes, shapes.of(inner))
            for shapes, hint in hints
            for inner in (hint.properties.get(name, hint.others), *hint.patterns.values())
        ]
        try:
            yield from self.several(node, 1)
        except NoValue:
            return
        yield from islice(self._near(self._shapes.of(node), about), 12)
        yield from _OTHERS

    def _strangers(self, shape: Shape, theirs: Sequence[Shape]) -> Iterator[str]:
        yield NEW_NAME
        for each in (shape, *theirs):
            for pattern in each.patterns:
                yield from patterns.texts(pattern)
        for each in theirs:
            if each.names:
                yield from ("Zz", "zz-9", "z" * 25, "z" * 50, "z" * 100, "0", "é")
        yield from islice(self._names(shape), 6)

    def _crowds(
        self, shape: Shape, theirs: Sequence[Shape], least: dict[str, Any], whole: dict[str, Any]
    ) -> Iterator[Any]:
        """As many properties as another one allows, and one more or fewer."""
        for each in (shape, *theirs):
            for keyword in ("minProperties", "maxProperties"):
                limit = each.limit(keyword)
                for size in (int(limit.value) + by for by in (-1, 0, 1)) if limit else ():
                    if not 0 <= size <= _MOST_ITEMS:
                        continue
                    made = dict(least)
                    names = iter((*whole, *islice(self._names(shape), _MOST_ITEMS)))
                    for name in names:
                        if len(made) >= size:
                            break
                        if name not in made:
                            try:
                                made[name] = self.of(shape.properties.get(name, shape.others))
                            except NoValue:
                                continue
                    yield made


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


def _written_out(hints: Sequence[tuple[Shapes, Shape]]) -> Iterator[tuple[Shapes, Shape]]:
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
