"""What the search says about a break."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from accord.gates.law.document import Document
from accord.gates.law.operation import Operation

Message = dict[str, Any]
"""Described in `messages`."""
_MOST_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Call:
    """Where one version of the contract has the operation."""

    method: str
    path: str
    item: str
    pointer: str

    @classmethod
    def of(cls, operation: Operation) -> Call:
        """Where `operation` stands."""
        return cls(operation.method, operation.path, operation.item, operation.pointer)

    def operation(self, document: Document) -> Operation:
        """The operation itself."""
        node = document.find(self.pointer)
        return Operation(self.method, self.path, self.item, self.pointer, node)


@dataclass(frozen=True, slots=True)
class Witness:
    """A message that shows a break, confirmed by the independent validator: the version `taken_by`
    takes it, and the other one refuses it with `refusal`.

    `way` is the message's. `reading`: `open` as JSON Schema reads the contracts; `told` where names
    that a contract does not tell of are refused; `text` where the two write the value differently.
    `status` is that of a reply; `control` a request that both versions take (None: none was found).
    """

    operation: str
    way: Literal["request", "reply"]
    reading: Literal["open", "told", "text"]
    taken_by: Literal["old", "new"]
    old: Call
    new: Call
    message: Message
    status: str | None = None
    refusal: str = ""
    control: Message | None = None

    @property
    def sentence(self) -> str:
        """What the message is."""
        if self.way == "request":
            if self.reading == "told":
                return "told of before, unknown now"
            return "valid before, refused now"
        if self.taken_by == "old":
            return "promised before, never comes now"
        return "possible now, excluded before"

    @property
    def lines(self) -> tuple[str, ...]:
        """The witness as pages show it."""
        shown = json.dumps(self.message, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
        what = f"{self.way} {self.status}" if self.status else self.way
        return (f"{what} {shown}", f"{self.sentence}: {self.refusal}")

    def as_json(self) -> dict[str, Any]:
        """The witness as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Witness:
        """What `as_json` wrote. Raises `KeyError` and `TypeError` for anything else."""
        calls = {version: Call(**values[version]) for version in ("old", "new")}
        return cls(**{**values, **calls})


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Proof that no message shows the break: `why`."""

    why: str


@dataclass(frozen=True, slots=True)
class Unproved:
    """Nothing was found, and nothing is proved: `why`."""

    why: str


Verdict = Witness | Withdrawn | Unproved
