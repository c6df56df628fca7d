"""Past the messages of ASGI: a body that is here already, and an answer in one piece.

Most requests come in one packet, and most answers are made before they are sent. A server of ours
is told of either in one call, where ASGI takes two coroutines and three messages, which costs as
much as validating a small body. It is known by the methods that it gives for `receive` and `send`;
what wraps one of those is no such method, and is not passed by: then all goes in messages.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable

from starlette.types import Receive, Send

Headers = list[tuple[bytes, bytes]]
WITHOUT_BODY = frozenset((*range(100, 200), 204, 304))
"""Statuses that nothing is sent with, not even a length (RFC 9110, 8.6)."""
# RFC 9110, 5.1 and 5.5, names in lower case.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_FRAMING = frozenset((b"connection", b"content-length", b"transfer-encoding"))


class FixedHeaders:
    """Headers that are the same on every answer, written out once.

    `names` are in lower case; `lines` is how they are sent, the end of a line before each. Raises
    `ValueError` for what cannot be sent, or would say how the answer is framed.
    """

    __slots__ = ("_over", "lines", "names", "pairs")

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self.pairs = tuple(pairs)
        for name, value in self.pairs:
            if name in _FRAMING or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                raise ValueError(f"{name!r}: {value!r} is no header that every answer can have")
        self.names = frozenset(name for name, _ in self.pairs)
        self.lines = b"".join(b"\r\n" + name + b": " + value for name, value in self.pairs)
        self._over: dict[FixedHeaders, FixedHeaders] = {}

    def over(self, others: FixedHeaders) -> FixedHeaders:
        """These, and those of `others` that are not among them. It is kept for the next time."""
        both = self._over.get(others)
        if both is None:
            more = (pair for pair in others.pairs if pair[0] not in self.names)
            both = self._over[others] = FixedHeaders((*self.pairs, *more))
        return both


class BodySource:
    """What a method `receive` belongs to, where it can give a body at once."""

    __slots__ = ()

    def arrived(self) -> int | None:
        """How many bytes the body has, where all of it is here and nobody has read it."""
        raise NotImplementedError

    def take(self) -> bytes | None:
        """Such a body. What `receive` gives after it is that the caller has gone."""
        raise NotImplementedError


class Responder:
    """What a method `send` belongs to, where it can take an answer at once."""

    __slots__ = ()

    def respond(
        self, status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
    ) -> Awaitable[None] | None:
        """As `respond` below, with `fixed` besides."""
        raise NotImplementedError


def body_source(receive: Receive) -> BodySource | None:
    """Whose method `receive` is, if it can give a body at once."""
    source = getattr(receive, "__self__", None)
    return source if isinstance(source, BodySource) else None


def body_at_hand(receive: Receive) -> bytes | None:
    """The request's body, where all of it is here and nobody has read it."""
    source = getattr(receive, "__self__", None)
    return source.take() if isinstance(source, BodySource) else None


def respond(
    send: Send, status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
) -> Awaitable[None] | None:
    """Sends a whole answer by the shortest way there is; gives what to wait for, if anything.

    `headers` become the answer's: they may be added to. They need not hold the length of `body`.
    """
    to = getattr(send, "__self__", None)
    if isinstance(to, Responder):
        return to.respond(status, headers, body, fixed)
    return in_messages(send, status, headers, body, fixed)


async def in_messages(
    send: Send,
    status: int,
    headers: Headers,
    body: bytes,
    fixed: FixedHeaders | None = None,
    head: bool = False,
) -> None:
    """Sends a whole answer as ASGI has it; with `head` all but its body."""
    if fixed is not None:
        headers = [*fixed.pairs, *headers]
    if status in WITHOUT_BODY:
        head = True
    elif all(name != b"content-length" for name, _ in headers):
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
