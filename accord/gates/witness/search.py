"""Looks for the message that shows a break: taken before and refused now, or sent now and excluded
before.

Directed by what the law found: first a value at the very place, between the two schemas that it
compared; then a whole message around it. Bounded by counts, never by time: the same contracts give
the same witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.shape import Node
from accord.gates.law.shapes import Shapes
from accord.gates.law.verdict import Break, Exchange, Step, Way
from accord.gates.witness.finite import every_value
from accord.gates.witness.judges import Reading, faults, independent
from accord.gates.witness.messages import (
    FORMS,
    Message,
    Replies,
    Requests,
    as_texts,
    covering,
)
from accord.gates.witness.rules import REVERSED, keywords_of
from accord.gates.witness.values import NoValue, Values
from accord.gates.witness.witness import Unprovable, Verdict, Withdrawn, Witness
from accord.gates.witness.writing import telling, text

_MOST_VALUES = 600
"""Values tried at the place itself."""
_OF_TEXTS = ("-style", "-allow-reserved", "-allow-empty-value")
_MOST_FITTING = 6
"""Values there that a message is made around."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Where in a message the value stands: `key` below `place`."""

    place: str
    key: str
    status: str | None
    type: str | None


class Search:
    """Looks for witnesses between two versions of a contract."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = Shapes(old), Shapes(new)
        self._readings: dict[tuple[bool, Way, bool], Reading] = {}
        self._values: dict[tuple[bool, Way, bool], Values] = {}

    def of(self, found: Break) -> Verdict:
        """What shows the break; why nothing does, or proof that nothing can."""
        if found.axis != "wire" or found.exchange is None or not found.path:
            return Unprovable("it is not about a value")
        for told in (True,) if found.rule in REVERSED else (False, True):
            look = _Look(self, found, found.exchange, told)
            verdict = look.verdict()
            if not isinstance(verdict, Unprovable):
                return verdict
        return verdict

    def reading(self, *, is_old: bool, way: Way, told: bool) -> Reading:
        """One version as messages that go `way` are held to it."""
        key = (is_old, way, told)
        if key not in self._readings:
            shapes = self._old if is_old else self._new
            self._readings[key] = Reading(shapes, way, told=told)
        return self._readings[key]

    def values(self, *, is_old: bool, way: Way, told: bool) -> Values:
        """What makes values for that version."""
        key = (is_old, way, told)
        if key not in self._values:
            reading = self.reading(is_old=is_old, way=way, told=told)
            self._values[key] = Values(reading.shapes, reading.takes)
        return self._values[key]


class _Look:
    """One break in one reading. `narrow` is the version that takes the witness, `wide` the one
    that refuses it."""

    def __init__(self, search: Search, found: Break, exchange: Exchange, told: bool) -> None:
        self._found = found
        self._told = told
        first = found.path[0].kind
        is_reply = first == "status"
        self._way = exchange.way.opposite if is_reply else exchange.way
        self._is_reversed = found.rule in REVERSED
        # What a reply promised is looked for in the old version, what it adds in the new one.
        self._narrow_is_old = (self._way is Way.REQUEST) != self._is_reversed
        self._exchange = exchange
        self._is_reply = is_reply
        self._narrow, self._wide = (
            search.reading(is_old=is_old, way=self._way, told=told)
            for is_old in (self._narrow_is_old, not self._narrow_is_old)
        )
        self._make = search.values(is_old=self._narrow_is_old, way=self._way, told=told)

    def verdict(self) -> Verdict:
        part = self._part()
        if part is None:
            return Unprovable("it is not about a value")
        if self._found.rule.endswith(_OF_TEXTS):
            return self._written(part)
        if self._found.nodes is not None and not self._is_reversed and self._is_empty():
            return Withdrawn(
                "every value that it takes there was tried, and none is refused"
                if self._way is Way.REQUEST
                else "every value that may come there was tried, and all could come before"
            )
        for message in self._messages(part):
            found = self._checked(message, part)
            if found is not None:
                return found
        return Unprovable("no message was found that shows it")

    def _written(self, part: _Part) -> Verdict:
        """A value that the two versions write as different texts."""
        mine, theirs = (
            {key: field for key, field in fields.items() if key == (part.place, part.key)}
            for fields in (
                (each.headers(self._status(part)) for each in self._replies)
                if self._is_reply
                else (self._requests.fields, self._others.fields)
            )
        )
        for (key, field), other in zip(mine.items(), theirs.values(), strict=False):
            hints = [(self._wide.shapes, self._wide.shapes.of(other.schema))]
            near = islice(self._make.near(field.schema, hints), _MOST_VALUES)
            for value in telling(self._found.rule, near):
                if not self._narrow.takes(field.schema, value):
                    continue
                before, after = text(field, value), text(other, value)
                if before != after or (value == "" and self._found.rule.endswith("empty-value")):
                    said = f"written {before!r} by the {self._taker}, and {after!r} by the other"
                    if before == after:
                        said = f"{before!r}, the name alone, is refused by the other"
                    message = {key[0]: {key[1]: value}}
                    status = self._status(part) if self._is_reply else None
                    return replace(self._witness(message, status, said), reading="text")
        return Unprovable("no value was found that they write differently")

    # -- messages

    def _part(self) -> _Part | None:
        path = list(self._found.path)
        status = str(path.pop(0).key) if self._is_reply else None
        if not path:
            return _Part("", "", status, None)
        step = path[0]
        if step.kind == "parameter":
            assert isinstance(step.key, tuple)
            return _Part(step.key[0], self._key(step), status, None)
        if step.kind == "header":
            return _Part("header", str(step.key).lower(), status, None)
        if step.kind == "body":
            type_ = str(path[1].key) if len(path) > 1 and path[1].kind == "media" else None
            return _Part("body", "", status, _plain_type(type_))
        return None

    def _key(self, step: Step) -> str:
        """A parameter's key in a message: those in paths go by place."""
        for operation_fields in (self._requests.fields, self._others.fields):
            for key, field in operation_fields.items():
                if (field.location, field.name) == step.key:
                    return key[1]
        return str(step.key)

    @cached_property
    def _requests(self) -> Requests:
        return Requests(self._narrow, self._operation(self._narrow_is_old))

    @cached_property
    def _others(self) -> Requests:
        return Requests(self._wide, self._operation(not self._narrow_is_old))

    @cached_property
    def _replies(self) -> tuple[Replies, Replies]:
        return (
            Replies(self._narrow, self._operation(self._narrow_is_old)),
            Replies(self._wide, self._operation(not self._narrow_is_old)),
        )

    def _operation(self, is_old: bool) -> Any:
        return self._exchange.old if is_old else self._exchange.new

    def _messages(self, part: _Part) -> Iterator[Message]:
        for type_ in self._types(part):
            try:
                least = self._least(part, type_)
            except NoValue:
                continue
            yield least
            root, steps = self._root(part, type_)
            if root is None:
                continue
            for value in self._roots(root, steps):
                message = {**least}
                if part.place == "body":
                    message["body"] = {type_: value}
                else:
                    message[part.place] = {**least.get(part.place, {}), part.key: value}
                yield message

    def _types(self, part: _Part) -> Sequence[str | None]:
        """Media types that the message may be of."""
        if self._is_reply:
            media = self._replies[0].media(self._status(part))
        else:
            media = self._requests.media
        concrete = [each for type_ in sorted(media, key=_preference) for each in _concrete(type_)]
        if part.place == "body":
            named = [] if part.type is None else _concrete(part.type)
            return [*dict.fromkeys((*named, *concrete)), None]
        if self._is_reply or not self._requests.needs_body:
            return [None]
        return concrete[:1] or [None]

    def _least(self, part: _Part, type_: str | None) -> Message:
        if self._is_reply:
            return self._replies[0].least(self._make, self._status(part), type_)
        return self._requests.least(self._make, type_)

    def _status(self, part: _Part) -> str:
        """A status that the reply may have: of a range, one that neither version lists."""
        status = str(part.status)
        listed = {each for replies in self._replies for each in replies.statuses}
        if status == "default":
            classes = "54321"
        elif "X" in status:
            classes = status[0]
        else:
            return status
        every = (f"{digit}{last:02}" for digit in classes for last in range(1, 100))
        return next(each for each in every if each not in listed)

    def _root(self, part: _Part, type_: str | None) -> tuple[Node | None, tuple[Step, ...]]:
        """The schema of the part as a whole, and the steps within it."""
        steps = self._found.path[1 if self._is_reply else 0 :]
        if part.place == "body":
            media = (
                self._replies[0].media(self._status(part))
                if self._is_reply
                else self._requests.media
            )
            known = None if type_ is None else covering(media, type_)
            within = 2 if len(steps) > 1 and steps[1].kind == "media" else 1
            return (None if known is None else known.schema), steps[within:]
        fields = self._replies[0].headers(self._status(part)) if self._is_reply else None
        for key, field in (self._requests.fields if fields is None else fields).items():
            if key == (part.place, part.key):
                return field.schema, steps[1:]
        return None, ()

    # -- values

    def _roots(self, root: Node, steps: tuple[Step, ...]) -> Iterator[Any]:
        """Values of the part as a whole, those first that break at the very place."""
        if self._found.nodes is None:
            try:
                yield from self._make.several(root, 3)
            except NoValue:
                return
            return
        inside = self._found.inside
        outer = steps[: len(steps) - inside] if inside else steps
        for value in islice(self._fitting(), _MOST_FITTING):
            yield from self._make.holding(root, outer, value)

    @cached_property
    def _nodes(self) -> tuple[Node, Node]:
        """The schemas at the place: of the version that takes, of the one that refuses."""
        assert self._found.nodes is not None
        narrow, wide = self._found.nodes
        return (wide, narrow) if self._is_reversed else (narrow, wide)

    def _fitting(self) -> Iterator[Any]:
        """Values at the place that the one takes and the other refuses, for the rule's reason."""
        narrow, wide = self._nodes
        hints = [(self._wide.shapes, self._wide.shapes.of(wide))]
        judge = independent(self._wide.exact.document(self._wide.exact.schema(wide)))
        loose: list[Any] = []
        for value in islice(self._make.near(narrow, hints), _MOST_VALUES):
            if not self._narrow.takes(narrow, value):
                continue
            if any(self._wide.takes(wide, other) for other in self._texts(value)):
                continue
            wanted = keywords_of(self._found.rule)
            reasons = {
                str(error.validator)
                for error in faults(judge, value)
                if len(error.absolute_path) <= self._found.inside
            }
            if not wanted or reasons & wanted:
                yield value
            elif len(loose) < _MOST_FITTING:
                loose.append(value)

    def _texts(self, value: Any) -> Sequence[Any]:
        """The ways to read a value that stands in a parameter, header or form."""
        if self._is_text:
            return [each["query"] for each in as_texts({"query": value})]
        return [value]

    @cached_property
    def _is_text(self) -> bool:
        kinds = {step.kind for step in self._found.path}
        types = {str(step.key) for step in self._found.path if step.kind == "media"}
        return bool(kinds & {"parameter", "header"}) or any(
            each.startswith(FORMS) for each in types
        )

    def _is_empty(self) -> bool:
        """Whether all values at the place are few, and were all tried."""
        narrow, wide = self._nodes
        every = every_value(self._narrow.shapes, narrow)
        if every is None:
            return False
        taken = [value for value in every if self._narrow.takes(narrow, value)]
        return all(
            any(self._wide.takes(wide, other) for other in self._texts(value)) for value in taken
        )

    # -- the last word

    def _checked(self, message: Message, part: _Part) -> Witness | None:
        """The message as a witness, if the independent validator says so."""
        type_ = next(iter(message.get("body", ())), None)
        if self._is_reply:
            status = self._status(part)
            schemas = [each.schema(status, type_) for each in self._replies]
        else:
            status = None
            schemas = [each.schema(type_) for each in (self._requests, self._others)]
        takes, refuses = (independent(schema) for schema in schemas)
        readings = as_texts(message)
        if not any(takes.is_valid(each) for each in readings):
            return None
        if any(refuses.is_valid(each) for each in readings):
            return None
        reason = next(
            (error.message for error in _deepest(faults(refuses, message))),
            "it has no such message",
        )
        return self._witness(message, status, reason)

    @property
    def _taker(self) -> str:
        return "old" if self._narrow_is_old else "new"

    def _witness(self, message: Message, status: str | None, reason: str) -> Witness:
        return Witness(
            operation=self._operation(True).name,
            method=self._operation(False).method.upper(),
            path=self._operation(False).path,
            way=self._way.value,
            reading="told" if self._told else "open",
            taken_by=self._taker,
            status=status,
            message=message,
            refusal=reason[:300],
        )


def _deepest(errors: Iterator[Any]) -> list[Any]:
    return sorted(islice(errors, 50), key=lambda error: -len(error.absolute_path))


def _concrete(type_: str) -> list[str]:
    """Media types of a range: one that contracts have, and one that none has."""
    if type_ == "*/*":
        return ["application/json", "application/x-other"]
    usual = {"application": "json", "text": "plain"}.get(type_.partition("/")[0], "png")
    return list(dict.fromkeys(type_.replace("*", subtype) for subtype in (usual, "x-other")))


def _preference(type_: str) -> tuple[bool, str]:
    return "json" not in type_, type_


def _plain_type(type_: str | None) -> str | None:
    return None if type_ is None else type_.partition(";")[0].strip().lower()
