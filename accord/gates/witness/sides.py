"""One break as messages see it: which of them shows it, where in it the value stands, and what the
two versions say about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from accord.gates.law.fields import Field
from accord.gates.law.shape import Node
from accord.gates.law.verdict import Break, Exchange, Step, Way
from accord.gates.witness.messages import FORMS, Message, Replies, Requests, covering
from accord.gates.witness.rules import REVERSED
from accord.gates.witness.values import Values
from accord.gates.witness.versions import Version, Versions

_VALUES = frozenset(("parameter", "header", "body", "status"))


def is_about_values(found: Break) -> bool:
    """Whether messages can show a break: it is on the wire, and about one of an operation's."""
    has_path = bool(found.path) and found.path[0].kind in _VALUES
    return found.axis == "wire" and found.exchange is not None and has_path


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a message that a break is in: `key` below `place`, or the `body` with a media
    type (None: any); an empty `place` means the message as a whole."""

    place: str
    key: str
    type: str | None


class Sides:
    """`taker` is the version that takes what shows the break, `refuser` the one that refuses it."""

    def __init__(self, versions: Versions, found: Break, *, told: bool) -> None:
        assert found.exchange is not None
        self.found = found
        self.told = told
        self.exchange: Exchange = found.exchange
        self.is_reply = found.path[0].kind == "status"
        self.way = found.exchange.way.opposite if self.is_reply else found.exchange.way
        # What a reply promised is looked for in the old version, what it adds in the new one.
        is_old = (self.way is Way.REQUEST) != (found.rule in REVERSED)
        self.taker: Version = "old" if is_old else "new"
        self.refuser: Version = "new" if is_old else "old"
        self.narrow = versions.reading(self.taker, self.way, told=told)
        self.wide = versions.reading(self.refuser, self.way, told=told)
        self.values: Values = versions.values(self.taker, self.way, told=told)
        calls = (getattr(self.exchange, version) for version in (self.taker, self.refuser))
        self._calls = tuple(calls)

    @cached_property
    def requests(self) -> tuple[Requests, Requests]:
        """Of the taker, of the refuser."""
        mine, theirs = self._calls
        return Requests(self.narrow, mine), Requests(self.wide, theirs)

    @cached_property
    def replies(self) -> tuple[Replies, Replies]:
        """Of the taker, of the refuser."""
        mine, theirs = self._calls
        return Replies(self.narrow, mine), Replies(self.wide, theirs)

    @cached_property
    def status(self) -> str | None:
        """A status that the reply may have: of a range, one that neither version lists."""
        if not self.is_reply:
            return None
        status = str(self.found.path[0].key)
        if status != "default" and "X" not in status:
            return status
        listed = {each for replies in self.replies for each in replies.statuses}
        classes = "54321" if status == "default" else status[0]
        every = (f"{digit}{last:02}" for digit in classes for last in range(1, 100))
        return next(each for each in every if each not in listed)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """From the message to the value."""
        return self.found.path[1:] if self.is_reply else self.found.path

    @cached_property
    def part(self) -> Part:
        """Where the break is."""
        if not self.steps:
            return Part("", "", None)
        step = self.steps[0]
        if step.kind == "parameter" and isinstance(step.key, tuple):
            return Part(step.key[0], self._key(step), None)
        if step.kind == "header":
            return Part("header", str(step.key).lower(), None)
        media = self.steps[1] if len(self.steps) > 1 and self.steps[1].kind == "media" else None
        return Part("body", "", None if media is None else _plain(str(media.key)))

    def fields(self) -> tuple[Field | None, Field | None]:
        """The parameter or header that the break is in, of either side."""
        key = (self.part.place, self.part.key)
        if self.is_reply:
            assert self.status is not None
            mine, theirs = (replies.headers(self.status) for replies in self.replies)
        else:
            mine, theirs = (requests.fields for requests in self.requests)
        return mine.get(key), theirs.get(key)

    @property
    def is_text(self) -> bool:
        """Whether values there are written as text."""
        is_form = any(
            step.kind == "media" and str(step.key).lower().startswith(FORMS) for step in self.steps
        )
        return self.part.place not in ("body", "") or is_form

    def types(self) -> Sequence[str | None]:
        """Media types that the message may be of, None for a message without a body."""
        media = self.replies[0].media(str(self.status)) if self.is_reply else self.requests[0].media
        concrete = [each for type_ in sorted(media, key=_preference) for each in _concrete(type_)]
        if self.part.place == "body":
            named = [] if self.part.type is None else _concrete(self.part.type)
            return [*dict.fromkeys((*named, *concrete)), None]
        if self.is_reply or not self.requests[0].needs_body:
            return [None]
        return concrete[:1] or [None]

    def least(self, type_: str | None) -> Message:
        """The smallest message that the taker takes. Raises `NoValue`."""
        if self.is_reply:
            return self.replies[0].least(self.values, str(self.status), type_)
        return self.requests[0].least(self.values, type_)

    def root(self, type_: str | None) -> tuple[Node, tuple[Step, ...]] | None:
        """The taker's schema of the part as a whole, and the steps within it."""
        if self.part.place == "body":
            media = (
                self.replies[0].media(str(self.status)) if self.is_reply else self.requests[0].media
            )
            known = None if type_ is None else covering(media, type_)
            within = 2 if len(self.steps) > 1 and self.steps[1].kind == "media" else 1
            return None if known is None else (known.schema, self.steps[within:])
        field = self.fields()[0] if self.part.place else None
        return None if field is None else (field.schema, self.steps[1:])

    def _key(self, step: Step) -> str:
        """A parameter's key in a message: those in paths go by place."""
        for requests in self.requests:
            for key, field in requests.fields.items():
                if (field.location, field.name) == step.key:
                    return key[1]
        return str(step.key)


def _concrete(type_: str) -> list[str]:
    """Media types of a range: one that contracts have, and one that none has."""
    if type_ == "*/*":
        return ["application/json", "text/plain", "application/x-other"]
    usual = {"application": "json", "text": "plain"}.get(type_.partition("/")[0], "png")
    return list(dict.fromkeys(type_.replace("*", subtype) for subtype in (usual, "x-other")))


def _preference(type_: str) -> tuple[bool, str]:
    return "json" not in type_, type_


def _plain(type_: str) -> str:
    return type_.partition(";")[0].strip().lower()
