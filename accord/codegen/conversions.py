"""`conversions.py`: an older version of a service in terms of the next one.

Requests go from the older version to the newer, replies the other way. A schema that both have
and that means the same converts by a function that is written here; one that differs becomes a
method of the protocol `Conversions`, so that a conversion nobody wrote is a type error.

Two schemas belong together that have one name, or whose author says so: `x-accord-successor` on
the older one names the newer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from accord.codegen.layout import call, docstring, module
from accord.codegen.schemas import Schemas, names_below, not_null, referenced, types_of
from accord.codegen.written import Written
from accord.spec.ir import Contract, Schema
from accord.spec.names import snake

FILE = "conversions.py"
Direction = Literal["request", "reply"]
_NOTES = frozenset(("description", "title", "deprecated", "example", "examples", "default"))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contracts; `alias` is how the module calls its models: `v1`."""

    contract: Contract
    schemas: Schemas
    written: Written

    @property
    def alias(self) -> str:
        return self.contract.name.rpartition("/")[2]


def render_conversions(older: Side, newer: Side, source: str) -> str:
    """The module of what `older` needs to be served by what serves `newer`."""
    pairs = _Pairs(older, newer)
    functions = [pairs.function(each) for each in pairs.found if pairs.is_same(each)]
    methods = [pairs.method(each) for each in pairs.found if not pairs.is_same(each)]
    protocol = "\n\n".join(
        [
            "class Conversions(Protocol):\n"
            + docstring(
                f"What differs between the two: requests become {newer.alias}, replies"
                f" {older.alias}."
            ),
            *methods,
        ]
    )
    imports = (
        "from __future__ import annotations\n\n"
        "from typing import Protocol\n\n"
        f"from ..{newer.alias} import models as {newer.alias}\n"
        f"from . import models as {older.alias}"
    )
    title = f"{older.contract.title} {older.alias} in terms of {newer.alias}."
    return module(source, title, imports, *functions, protocol if methods else "")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two schemas that belong together, by the names of their classes."""

    direction: Direction
    older: str
    newer: str


class _Pairs:
    """The schemas that cross between two contracts, and how."""

    def __init__(self, older: Side, newer: Side) -> None:
        self._older = older
        self._newer = newer
        self.found: list[_Pair] = []
        for direction, name in _crossing(older):
            successor = older.schemas.named[name].get("x-accord-successor", name)
            if successor in newer.schemas.named:
                self.found.append(_Pair(direction, name, successor))
        # Schemas may contain each other: all are the same until one of them is found not to be.
        self._same = set(self.found)
        while different := {pair for pair in self._same if not self._pair_agrees(pair)}:
            self._same -= different

    def is_same(self, pair: _Pair) -> bool:
        """Whether every value of the one is one of the other, property by property."""
        return pair in self._same

    def _pair_agrees(self, pair: _Pair) -> bool:
        older = self._older.schemas.flat(pair.older)
        return self._agree(pair.direction, older, self._newer.schemas.flat(pair.newer))

    def _agree(self, direction: Direction, older: Schema, newer: Schema) -> bool:
        given, wanted = (older, newer) if direction == "request" else (newer, older)
        if "enum" in wanted and (values := _values(given)):
            return set(map(repr, values)) <= set(map(repr, wanted["enum"]))
        if "properties" in given or "properties" in wanted:
            return self._objects_agree(direction, given, wanted)
        old, new = not_null(older), not_null(newer)
        names = referenced(old), referenced(new)
        if names[0] is not None and names[1] is not None:
            pair = _Pair(direction, names[0], names[1])
            return (old is older) == (new is newer) and self.is_same(pair)
        if "array" in types_of(older) and "array" in types_of(newer):
            items = older.get("items", {}), newer.get("items", {})
            return (
                _plain(older, "items") == _plain(newer, "items")
                and not_null(items[0]) is items[0]
                and self._agree(direction, *items)
            )
        return _plain(older) == _plain(newer) and not any(names_below(older))

    def _objects_agree(self, direction: Direction, given: Schema, wanted: Schema) -> bool:
        before, after = given.get("properties", {}), wanted.get("properties", {})
        # What a reply has more is left out; a request may not say what cannot be passed on.
        lost = direction == "request" and set(before) - set(after)
        required = set(wanted.get("required", ())) - set(given.get("required", ()))
        if lost or required or set(after) - set(before) - set(_optional(wanted)):
            return False
        # Null, absent and something to convert are more than one line can tell apart.
        schemas, certain = self._sides(direction)[0].schemas, given.get("required", ())
        if any(
            name not in certain and schemas.accepts_null(schema) and any(names_below(schema))
            for name, schema in before.items()
        ):
            return False
        return all(
            self._agree(direction, *self._in_order(direction, before[name], after[name]))
            for name in after
            if name in before
        )

    def _in_order(self, direction: Direction, given: Schema, wanted: Schema) -> list[Schema]:
        return [given, wanted] if direction == "request" else [wanted, given]

    def method(self, pair: _Pair) -> str:
        """The method of the protocol that converts what differs."""
        argument, source, result = self._signature(pair)
        return f"    def {self._name(pair)}(self, {argument}: {source}) -> {result}: ..."

    def function(self, pair: _Pair) -> str:
        """The function that converts what is the same."""
        argument, source, result = self._signature(pair)
        head = f"def {self._name(pair)}({argument}: {source}) -> {result}:"
        note = docstring("The same in both versions.")
        return f"{head}\n{note}\n    return {self._body(pair, argument, result)}"

    def _body(self, pair: _Pair, argument: str, result: str) -> str:
        to, name = self._target(pair)
        of, origin = self._origin(pair)
        if to.schemas.kind(name) == "enum":
            return call(result, [argument])
        if to.schemas.kind(name) != "object":
            return argument
        flat = of.schemas.flat(origin)
        fields = of.written.models[origin].fields
        arguments = []
        for wire, (field, _) in to.written.models[name].fields.items():
            schema = flat["properties"].get(wire)
            if schema is not None:
                given = f"{argument}.{fields[wire][0]}"
                value = self._value(pair.direction, schema, given)
                absent = wire not in flat.get("required", ()) and not of.schemas.has_default(schema)
                if value != given and (absent or of.schemas.accepts_null(schema)):
                    value = f"None if {given} is None else {value}"
                arguments.append(f"{field}={value}")
        return call(result, arguments)

    def _value(self, direction: Direction, schema: Schema, value: str) -> str:
        name = referenced(not_null(schema))
        if name is not None:
            pair = next(
                each
                for each in self.found
                if each.direction == direction and self._origin(each)[1] == name
            )
            return call(self._name(pair), [value])
        if "array" in types_of(schema) and any(names_below(schema.get("items", {}))):
            inner = self._value(direction, schema["items"], "each")
            return f"[{inner} for each in {value}]"
        return value

    def _signature(self, pair: _Pair) -> tuple[str, str, str]:
        of, origin = self._origin(pair)
        to, name = self._target(pair)
        argument = "older" if pair.direction == "request" else "newer"
        return argument, f"{of.alias}.{origin}", f"{to.alias}.{name}"

    def _name(self, pair: _Pair) -> str:
        return f"{snake(pair.older, 'value')}_to_{self._target(pair)[0].alias}"

    def _origin(self, pair: _Pair) -> tuple[Side, str]:
        name = pair.older if pair.direction == "request" else pair.newer
        return self._sides(pair.direction)[0], name

    def _target(self, pair: _Pair) -> tuple[Side, str]:
        name = pair.newer if pair.direction == "request" else pair.older
        return self._sides(pair.direction)[1], name

    def _sides(self, direction: Direction) -> tuple[Side, Side]:
        """Where what crosses comes from, and where it goes."""
        both = (self._older, self._newer)
        return both if direction == "request" else both[::-1]


def _crossing(side: Side) -> Iterator[tuple[Direction, str]]:
    """The named schemas of what the contract's callers send, then of what they get from handlers;
    each once, what is inside others after them."""
    seen: set[tuple[Direction, str]] = set()
    for direction, schema in _messages(side.contract):
        pending = list(names_below(schema))
        while pending:
            name = pending.pop(0)
            if (direction, name) not in seen:
                seen.add((direction, name))
                yield direction, name
                flat = side.schemas.flat(name)
                for inner in (*flat.get("properties", {}).values(), flat):
                    pending += (each for each in names_below(inner) if each != name)


def _messages(contract: Contract) -> Iterator[tuple[Direction, Schema]]:
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield "request", parameter.schema
        for media in operation.body.media if operation.body else ():
            if media.schema is not None:
                yield "request", media.schema
    for operation in contract.operations:
        for reply in operation.successes:
            for media in reply.media:
                if media.schema is not None:
                    yield "reply", media.schema


def _values(schema: Schema) -> Sequence[Any]:
    return [schema["const"]] if "const" in schema else schema.get("enum", ())


def _plain(schema: Schema, *also: str) -> dict[str, Any]:
    return {
        key: value
        for key, value in schema.items()
        if key not in _NOTES and key not in also and not key.startswith("x-")
    }


def _optional(schema: Schema) -> Mapping[str, Any]:
    required = schema.get("required", ())
    return {name: value for name, value in schema["properties"].items() if name not in required}
