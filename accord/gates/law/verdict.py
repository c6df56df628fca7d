"""What the law says: one value for each thing that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from accord.gates.law.operation import Operation

Axis = Literal["wire", "source", "meaning"]
"""Where callers notice: in messages, in the source of a client that is generated anew, or in what
the same messages mean."""


class Way(Enum):
    """Who writes a message: callers write requests, which may only grow; the service writes
    replies, which may only shrink. What a service sends on its own (webhooks, callbacks) goes
    the way of replies, and what it is answered the way of requests."""

    REQUEST = "request"
    REPLY = "reply"

    @property
    def opposite(self) -> Way:
        return Way.REPLY if self is Way.REQUEST else Way.REQUEST


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a message towards the value that breaks, and how a reader is told of it.

    `kind` and `key`: `parameter` and (place, name), `header` and its name, `body` and nothing,
    `media` and a type, `status` and one; within values `property` and a name, `item` and an index
    (None: any that has no schema of its own), `other` and nothing, `pattern` and a pattern.
    """

    kind: str
    key: str | int | tuple[str, str] | None
    text: str


def property_(name: str) -> Step:
    """The step to a property."""
    return Step("property", name, f".{name}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two versions of an operation; `way` is that of the first message."""

    way: Way
    old: Operation
    new: Operation


@dataclass(frozen=True, slots=True)
class Break:
    """One broken promise.

    `old` and `new` are pointers into the bundled documents (None: nothing is there). `trail`
    says where in the message, `operation` for which call (`GET /v2/items`; empty: for all).
    """

    rule: str
    axis: Axis
    what: str
    old: str | None
    new: str | None
    trail: str = ""
    operation: str = ""
    path: tuple[Step, ...] = field(default=(), compare=False)
    """As `trail`, for programs: the steps from the message to the value."""
    nodes: tuple[tuple[str, ...], tuple[str, ...]] | None = field(default=None, compare=False)
    """The schemas, the narrow and the wide one, of the value that lies `inside` steps before."""
    inside: int = field(default=0, compare=False)
    exchange: Exchange | None = field(default=None, compare=False)
    is_suspected: bool = field(default=False, compare=False)
    """Set where the law cannot tell: it is a break if a message shows it."""

    def below(self, step: str | Step) -> Break:
        """The same, seen from one step further out."""
        if isinstance(step, str):
            return replace(self, trail=step + self.trail)
        return replace(self, trail=step.text + self.trail, path=(step, *self.path))

    def of(self, operation: str) -> Break:
        """The same, for the call `operation`."""
        return replace(self, operation=operation)

    def __str__(self) -> str:
        if not self.trail:
            return self.what
        colon = "" if self.what.startswith(_PREDICATES) else ":"
        return f"{self.trail.lstrip()}{colon} {self.what}"


_PREDICATES = ("is ", "was ", "may ", "needs ", "came ")

Breaks = tuple[Break, ...]


def on_wire(breaks: Iterable[Break]) -> bool:
    """Whether any of them is seen in messages for certain."""
    return any(each.axis == "wire" and not each.is_suspected for each in breaks)


def below(step: str | Step, breaks: Iterable[Break]) -> Iterator[Break]:
    """All of them, seen from one step further out."""
    return (each.below(step) for each in breaks)


def unique(breaks: Iterable[Break]) -> Breaks:
    """Each once, however many ways lead to it in the message: with the shortest trail."""
    found: dict[Break, Break] = {}
    for each in breaks:
        fact = replace(each, trail="")
        known = found.get(fact)
        if known is None or len(each.trail) < len(known.trail):
            found[fact] = each
    return tuple(found.values())
