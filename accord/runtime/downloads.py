"""Files and other bytes that a handler answers with."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from accord.runtime.answer import Answer, Headers, header_value


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that a caller is to keep under a name.

    A path is sent as a file: by ranges where the caller asks for them, with an entity tag and the
    time of its last change, off the event loop. `inline` is for what a browser should show instead.
    """

    content: os.PathLike[str] | bytes | AsyncIterator[bytes]
    filename: str | None = None
    inline: bool = False

    @property
    def disposition(self) -> tuple[bytes, bytes] | None:
        """The Content-Disposition header (RFC 6266)."""
        kind = "inline" if self.inline else "attachment"
        if self.filename is None:
            return None
        name = quote(self.filename)
        plain = (
            f'filename="{self.filename}"' if name == self.filename else f"filename*=UTF-8''{name}"
        )
        return b"content-disposition", header_value(f"{kind}; {plain}")

    def answer(self, status: int, headers: Headers) -> Answer:
        """The answer; `headers` name the media type."""
        disposition = self.disposition
        headers = [*headers, *([disposition] if disposition else [])]
        content = self.content
        if isinstance(content, bytes):
            headers.append((b"content-length", b"%d" % len(content)))
            return Answer(status, headers, content)
        if isinstance(content, AsyncIterator):
            return Answer(status, headers, content)
        return _FileAnswer(status, headers, b"", os.fspath(content))


Binary = bytes | AsyncIterator[bytes] | Download
"""What a handler answers with where the contract says bytes: all of them, a stream of them, or a
file."""


@dataclass(slots=True)
class _FileAnswer(Answer):
    path: str = ""

    async def send(self, scope: Scope, receive: Receive, send: Send, head: bool = False) -> None:
        response = FileResponse(self.path, self.status)
        own = {b"content-type", *(name for name, _ in self.headers)}
        kept = [pair for pair in response.raw_headers if pair[0] not in own]
        response.raw_headers[:] = [*self.headers, *kept]
        await response(scope, receive, send)
