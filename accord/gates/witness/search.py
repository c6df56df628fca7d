"""Looks for the message that shows a break: taken before and refused now, or sent now and excluded
before.

Directed by what the law found: first a value at the very place, between the two schemas that it
compared; then a whole message around it. Bounded by counts, never by time: the same contracts give
the same witnesses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.shape import Node
from accord.gates.law.verdict import Break, Step, Way
from accord.gates.witness.finite import every_value
from accord.gates.witness.judges import CANNOT_JUDGE, faults, independent
from accord.gates.witness.making import NoValue
from accord.gates.witness.messages import Message, as_texts
from accord.gates.witness.rules import REVERSED, keywords_of
from accord.gates.witness.sides import Sides, is_about_values
from accord.gates.witness.versions import Versions
from accord.gates.witness.witness import Call, Unproved, Verdict, Withdrawn, Witness
from accord.gates.witness.writing import telling

_MOST_VALUES = 600
"""Values tried at the place itself."""
_MOST_FITTING, _MOST_AROUND = 16, 6
"""Values there that fit, and of those, the smallest, that a message is made around."""
_OF_TEXTS = ("-style", "-allow-reserved", "-allow-empty-value")
_NO_REFUSAL = "every value that it takes there was tried, and none is refused now"
_NO_NEWS = "every value that may come there was tried, and all could come before"


Known = dict[Any, tuple[Any, ...]]
"""Values that were found for a change: operations that share a schema share them."""


class Search:
    """Looks for witnesses between two versions of a contract."""

    def __init__(self, old: Document, new: Document) -> None:
        self._versions = Versions(old, new)
        self._known: Known = {}

    def of(self, found: Break) -> Verdict:
        """What shows the break; why nothing does, or proof that nothing can."""
        if not is_about_values(found):
            return Unproved("it is not about the values of a message")
        readings = (True,) if found.rule in REVERSED else (False, True)
        verdicts = []
        for told in readings:
            sides = Sides(self._versions, found, told=told)
            try:
                verdict = _Look(self._versions, sides, self._known).verdict()
            except CANNOT_JUDGE as error:
                return Unproved(f"the schemas cannot be judged: {str(error).splitlines()[0]}")
            if isinstance(verdict, Witness):
                return verdict
            verdicts.append(verdict)
        # Proved only if there is nothing in any reading.
        return next((each for each in verdicts if isinstance(each, Unproved)), verdicts[0])


class _Look:
    """One break in one reading."""

    def __init__(self, versions: Versions, sides: Sides, known: Known) -> None:
        self._versions = versions
        self._known = known
        self._sides = sides
        self._found = sides.found

    def verdict(self) -> Verdict:
        if self._found.nodes is not None and self._found.rule not in REVERSED and self._is_empty():
            return Withdrawn(_NO_REFUSAL if self._sides.way is Way.REQUEST else _NO_NEWS)
        is_text = self._found.rule.endswith(_OF_TEXTS)
        for message in self._written() if is_text else self._messages():
            witness = self._witness(message, is_text)
            refusal = self._versions.confirm(witness)
            if refusal is not None:
                return replace(witness, refusal=refusal, control=self._control(message))
        return Unproved("no message was found that shows it")

    def _messages(self) -> Iterator[Message]:
        """Messages that the taker may take and the refuser may not, whole ones."""
        part = self._sides.part
        for type_ in self._sides.types():
            try:
                least = self._sides.least(type_)
            except NoValue:
                continue
            yield least
            root = self._sides.root(type_)
            for value in () if root is None else self._roots(*root):
                if part.place == "body":
                    yield {**least, "body": {type_: value}}
                else:
                    yield {**least, part.place: {**least.get(part.place, {}), part.key: value}}

    def _roots(self, root: Node, steps: Sequence[Step]) -> Iterator[Any]:
        """Values of the part as a whole that break at the very place."""
        values = self._sides.values
        if self._found.nodes is None:
            try:
                yield from values.several(root, 3)
            except NoValue:
                return
            return
        outer = steps[: len(steps) - self._found.inside]
        sides = self._sides
        key = (self._found.rule, self._nodes(), sides.way, sides.told, sides.is_text)
        if key not in self._known:
            found = list(islice(self._fitting(), _MOST_FITTING))
            self._known[key] = tuple(sorted(found, key=_size)[:_MOST_AROUND])
        for value in self._known[key]:
            yield from values.holding(root, outer, value)

    def _nodes(self) -> tuple[Node, Node]:
        """The schemas at the place, the taker's and the refuser's."""
        assert self._found.nodes is not None
        narrow, wide = self._found.nodes
        return (wide, narrow) if self._found.rule in REVERSED else (narrow, wide)

    def _fitting(self) -> Iterator[Any]:
        """Values at the place that the one takes and the other refuses, for the rule's reason."""
        narrow, wide = self._nodes()
        sides = self._sides
        hints = [(sides.wide.shapes, sides.wide.shapes.of(wide))]
        judge = independent(sides.wide.exact.document(sides.wide.exact.schema(wide)))
        wanted = keywords_of(self._found.rule)
        for value in islice(sides.values.near(narrow, hints), _MOST_VALUES):
            if not sides.narrow.takes(narrow, value):
                continue
            if any(sides.wide.takes(wide, read) for read in self._readings(value)):
                continue
            reasons = {
                str(error.validator)
                for error in faults(judge, value)
                if len(error.absolute_path) <= self._found.inside
            }
            if not wanted or reasons & wanted:
                yield value

    def _readings(self, value: Any) -> Sequence[Any]:
        """The ways to read a value where it is written as text."""
        if not self._sides.is_text:
            return [value]
        return [each["query"] for each in as_texts({"query": value})]

    def _is_empty(self) -> bool:
        """Whether all values at the place are few, and the refuser takes every one."""
        narrow, wide = self._nodes()
        every = every_value(self._sides.narrow.shapes, narrow)
        return every is not None and all(
            any(self._sides.wide.takes(wide, read) for read in self._readings(value))
            for value in every
            if self._sides.narrow.takes(narrow, value)
        )

    def _written(self) -> Iterator[Message]:
        """Messages with nothing but a value that the two versions may write differently."""
        mine, theirs = self._sides.fields()
        if mine is None or theirs is None:
            return
        shapes = self._sides.wide.shapes
        near = self._sides.values.near(mine.schema, [(shapes, shapes.of(theirs.schema))])
        for value in telling(self._found.rule, islice(near, _MOST_VALUES)):
            if self._sides.narrow.takes(mine.schema, value):
                yield {self._sides.part.place: {self._sides.part.key: value}}

    def _witness(self, message: Message, is_text: bool) -> Witness:
        sides = self._sides
        return Witness(
            operation=sides.exchange.old.name,
            way=sides.way.value,
            reading="text" if is_text else "told" if sides.told else "open",
            taken_by=sides.taker,
            old=Call.of(sides.exchange.old),
            new=Call.of(sides.exchange.new),
            message=message,
            status=sides.status,
        )

    def _control(self, message: Message) -> Message | None:
        """A request like it that both versions take."""
        if self._sides.is_reply or self._sides.way is not Way.REQUEST:
            return None
        type_ = next(iter(message.get("body", ())), None)
        for requests in reversed(self._sides.requests):
            try:
                least = requests.least(self._sides.values, type_)
            except NoValue:
                continue
            exchange = self._sides.exchange
            if self._versions.takes("old", exchange.old, Way.REQUEST, least) and (
                self._versions.takes("new", exchange.new, Way.REQUEST, least)
            ):
                return least
        return None


def _size(value: Any) -> tuple[bool, int]:
    """Small arrays and objects first, scalars as they come; what is nothing at all last."""
    is_whole = isinstance(value, (list, dict))
    return value in ("", [], {}), len(json.dumps(value, default=str)) if is_whole else 0
