"""What a handler's method returns, decided once for `handlers.py` and `routes.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from accord.spec.ir import Operation, Reply

_FIELDS = frozenset({"body", "status"})
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


def successes(operation: Operation) -> tuple[Success, ...]:
    """The replies that handlers make: `default` is one only where there is no other, and an empty
    204 where the contract declares no reply that could be the last (1XX never is).

    One success without headers is returned as it is; others get a class that is called after
    operation and status.
    """
    final = [reply for reply in operation.replies if reply.status[0] != "1"]
    replies = tuple(reply for reply in final if not reply.is_error)
    if not replies:
        replies = tuple(reply for reply in final if reply.status == "default")
    if not final:
        replies = (Reply("204", "Done."),)
    replies = tuple(_with_handlers_headers(reply, operation) for reply in replies)
    bare = len(replies) == 1 and not replies[0].headers and replies[0].status.isdigit()
    name = "".join(word[:1].upper() + word[1:] for word in operation.python_name.split("_"))
    return tuple(
        Success(reply, None if bare else f"{name}{_suffix(reply.status)}") for reply in replies
    )


def _with_handlers_headers(reply: Reply, operation: Operation) -> Reply:
    headers = tuple(
        header
        for header in reply.headers
        if not header.set_by_service
        and _LIFECYCLE.get(header.name.lower()) not in operation.extensions
    )
    return replace(reply, headers=headers)


def header_field(python_name: str) -> str:
    """The attribute of a reply class that carries a header."""
    return f"{python_name}_header" if python_name in _FIELDS else python_name


def _suffix(status: str) -> str:
    return "Default" if status == "default" else status.upper()
