"""What a handler's method returns, decided once for `handlers.py` and `routes.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from accord.codegen.contents import concrete, is_opaque
from accord.runtime.media_types import is_wildcard
from accord.spec.ir import Media, Operation, Reply

_FIELDS = frozenset({"body", "status", "media_type"})
# What the body's length and the connection say by themselves: no handler has to.
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})
# Written by the runtime from these members of an operation, so that no handler has to.
_LIFECYCLE = {
    "deprecation": "x-accord-deprecated",
    "sunset": "x-accord-sunset",
    "link": "x-accord-successor",
}


@dataclass(frozen=True, slots=True)
class Success:
    """A reply that a handler makes; `wrapper` is the class it returns, or None where it returns
    the body itself."""

    reply: Reply
    wrapper: str | None

    @property
    def carries_status(self) -> bool:
        """Whether the handler chooses the status: a range, or `default`."""
        return not self.reply.status.isdigit()

    @property
    def media_types(self) -> tuple[str, ...] | None:
        """What the handler says the body to be, where its Python type does not: one of these, or
        any (empty) where the contract gives a range."""
        return _open(self.reply.media)


def _open(media: tuple[Media, ...]) -> tuple[str, ...] | None:
    if any(is_wildcard(one.type) for one in media):
        return ()
    opaque = [one for one in media if is_opaque(one)]
    return concrete(media) if len(opaque) > 1 else None


def said_content_type(operation: Operation) -> tuple[str, ...] | None:
    """The types of a body of which a handler is told the one that came: None where there is one
    only, empty where the contract gives a range."""
    media = operation.body.media if operation.body else ()
    if any(is_wildcard(one.type) for one in media):
        return ()
    return concrete(media) if len(media) > 1 else None


def said_accept(operation: Operation) -> tuple[str, ...] | None:
    """The types that an operation answers with, of which a handler is told the one that the caller
    would have: None where there is one only, empty for the header as it came, where the contract
    gives a range."""
    media = tuple(one for success in successes(operation) for one in success.reply.media)
    if any(is_wildcard(one.type) for one in media):
        return ()
    types = concrete(media)
    return types if len(types) > 1 else None


def successes(operation: Operation) -> tuple[Success, ...]:
    """The replies that handlers make: `default` is one only where there is no other, and an empty
    204 where the contract declares no reply that could be the last (1XX never is).

    One success without headers, whose body's type says what it is, is returned as it is; others
    get a class that is called after operation and status.
    """
    final = [reply for reply in operation.replies if reply.status[0] != "1"]
    replies = tuple(reply for reply in final if not reply.is_error)
    if not replies:
        replies = tuple(reply for reply in final if reply.status == "default")
    if not final:
        replies = (Reply("204", "Done."),)
    replies = tuple(_with_handlers_headers(reply, operation) for reply in replies)
    first = replies[0] if len(replies) == 1 else None
    bare = (
        first is not None
        and first.status.isdigit()
        and not first.headers
        and _open(first.media) is None
    )
    name = "".join(word[:1].upper() + word[1:] for word in operation.python_name.split("_"))
    return tuple(
        Success(reply, None if bare else f"{name}{_suffix(reply.status)}") for reply in replies
    )


def _with_handlers_headers(reply: Reply, operation: Operation) -> Reply:
    headers = tuple(
        header
        for header in reply.headers
        if not header.set_by_service
        and header.name.lower() not in _FRAMING
        and _LIFECYCLE.get(header.name.lower()) not in operation.extensions
    )
    return replace(reply, headers=headers)


def header_field(python_name: str) -> str:
    """The attribute of a reply class that carries a header."""
    return f"{python_name}_header" if python_name in _FIELDS else python_name


def _suffix(status: str) -> str:
    return "Default" if status == "default" else status.upper()
