"""Two versions of a contract before the validators: what each takes, in every reading."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from jsonschema import ValidationError

from accord.gates.law.document import Document
from accord.gates.law.fields import Field
from accord.gates.law.operation import Operation
from accord.gates.law.shapes import Shapes
from accord.gates.law.verdict import Way
from accord.gates.witness.judges import Reading, faults, independent
from accord.gates.witness.messages import Replies, Requests, as_texts
from accord.gates.witness.plain import Schema
from accord.gates.witness.values import Values
from accord.gates.witness.witness import Message, Witness
from accord.gates.witness.writing import text

Version = Literal["old", "new"]
_MOST_FAULTS = 50
_LONGEST = 300


class Versions:
    """The `old` and the `new` version of a contract."""

    def __init__(self, old: Document, new: Document) -> None:
        self.documents = {"old": old, "new": new}
        self._shapes = {name: Shapes(document) for name, document in self.documents.items()}
        self._readings: dict[tuple[Version, Way, bool], Reading] = {}
        self._values: dict[tuple[Version, Way, bool], Values] = {}

    def reading(self, version: Version, way: Way, *, told: bool) -> Reading:
        """One version as messages that go `way` are held to it."""
        key = (version, way, told)
        if key not in self._readings:
            self._readings[key] = Reading(self._shapes[version], way, told=told)
        return self._readings[key]

    def values(self, version: Version, way: Way, *, told: bool) -> Values:
        """What makes values for that version."""
        key = (version, way, told)
        if key not in self._values:
            reading = self.reading(version, way, told=told)
            self._values[key] = Values(reading.shapes, reading.takes)
        return self._values[key]

    def confirm(self, witness: Witness) -> str | None:
        """Why the one version refuses a message that the other one takes, as the independent
        validator says; None where it is not so."""
        other: Version = "new" if witness.taken_by == "old" else "old"
        if witness.reading == "text":
            return self._texts(witness, other)
        takes = independent(self._schema(witness, witness.taken_by))
        refusing = self._schema(witness, other)
        refuses = independent(refusing)
        ways = as_texts(witness.message)
        if not any(map(takes.is_valid, ways)) or any(map(refuses.is_valid, ways)):
            return None
        if refusing is False:
            return f"the {other} version has no reply {witness.status}"
        return _deepest(faults(refuses, witness.message))

    def takes(self, version: Version, operation: Operation, way: Way, message: Message) -> bool:
        """Whether a version takes a request, as the independent validator says."""
        type_ = next(iter(message.get("body", ())), None)
        requests = Requests(self.reading(version, way, told=False), operation)
        judge = independent(requests.schema(type_))
        return any(map(judge.is_valid, as_texts(message)))

    def _schema(self, witness: Witness, version: Version) -> Schema:
        reading = self.reading(version, Way(witness.way), told=witness.reading == "told")
        operation = getattr(witness, version).operation(self.documents[version])
        type_ = next(iter(witness.message.get("body", ())), None)
        if witness.status is None:
            return Requests(reading, operation).schema(type_)
        return Replies(reading, operation).schema(witness.status, type_)

    def _texts(self, witness: Witness, other: Version) -> str | None:
        (place, values), *_ = witness.message.items()
        (key, value), *_ = values.items()
        fields = [
            self._field(witness, version, place, key) for version in (witness.taken_by, other)
        ]
        mine, theirs = fields
        if mine is None or theirs is None:
            return None
        written, read = text(mine, value), text(theirs, value)
        if written != read:
            return f"written as {written!r}, and as {read!r} in the {other} version"
        if value == "" and mine.node.get("allowEmptyValue") != theirs.node.get("allowEmptyValue"):
            return f"{written!r}, the name alone, is not taken by the {other} version"
        return None

    def _field(self, witness: Witness, version: Version, place: str, key: str) -> Field | None:
        reading = self.reading(version, Way(witness.way), told=False)
        operation = getattr(witness, version).operation(self.documents[version])
        if witness.status is None:
            return Requests(reading, operation).fields.get((place, key))
        return Replies(reading, operation).headers(witness.status).get((place, key))


def _deepest(errors: Iterator[ValidationError]) -> str:
    """What the error says that is nearest to the value at fault."""
    found = sorted(islice(errors, _MOST_FAULTS), key=lambda error: -len(error.absolute_path))
    if not found:
        return "it takes no such message"
    if str(found[0].validator) == "None":
        # `false` is all that its schema says; the stubs do not know of it.
        return f"nothing may be at {found[0].json_path}"
    return found[0].message[:_LONGEST]
