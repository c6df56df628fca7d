"""What successes of an operation say of its end, from the contract's `x-accord-…` members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from accord.runtime.declare import Operation
from accord.runtime.paths import template_names, template_pieces

Headers = list[tuple[bytes, bytes]]
# What a URI reference may hold besides letters and digits: the rest is percent-encoded.
_URI = "/:?#[]@!$&'()*+,;=%-._~"


class Lifecycle:
    """The headers that end an operation, compiled.

    - `x-accord-deprecated`, a date or moment in ISO 8601: `Deprecation` (RFC 9745)
    - `x-accord-sunset`, the same: `Sunset` (RFC 8594)
    - `x-accord-successor`, a URI reference: `Link` with `rel="successor-version"` (RFC 5829). It
      may name the operation's path parameters, `/v2/items/{item_id}`.

    Raises `ValueError` where one of them is not that.
    """

    def __init__(self, operation: Operation) -> None:
        self._fixed: Headers = []
        self._link: list[str | int] = []
        since = _moment(operation, "x-accord-deprecated")
        if since is not None:
            self._fixed.append((b"deprecation", b"@%d" % since.timestamp()))
        until = _moment(operation, "x-accord-sunset")
        if until is not None:
            self._fixed.append((b"sunset", format_datetime(until, usegmt=True).encode()))
        successor = operation.extensions.get("x-accord-successor")
        if successor is not None:
            self._link = _link(operation, str(successor))

    def __bool__(self) -> bool:
        return bool(self._fixed or self._link)

    def headers(self, path: Sequence[str]) -> Headers:
        """For one reply; `path` holds the values of the operation's path template, in order."""
        if not self._link:
            return self._fixed
        target = "".join(
            piece if isinstance(piece, str) else quote(path[piece], safe="") for piece in self._link
        )
        return [*self._fixed, (b"link", f'<{target}>; rel="successor-version"'.encode())]


def _link(operation: Operation, successor: str) -> list[str | int]:
    """Text of the target, and places in the operation's path template."""
    known = template_names(operation.path)
    pieces: list[str | int] = []
    for index, piece in enumerate(template_pieces(successor)):
        if index % 2 == 0:
            pieces.append(quote(piece, safe=_URI))
        elif piece in known:
            pieces.append(known.index(piece))
        else:
            raise ValueError(
                f"x-accord-successor of {operation.id} is {successor!r}: {piece!r} is no"
                f" parameter of {operation.path!r}"
            )
    return pieces


def _moment(operation: Operation, member: str) -> datetime | None:
    given: Any = operation.extensions.get(member)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise ValueError(
            f"{member} of {operation.id} is {given!r}: give a date, such as '2027-12-31'"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
