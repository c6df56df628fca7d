"""Files and other bytes that a handler answers with."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from accord.runtime.answer import Answer, header_value
from accord.runtime.whole import Headers


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
        return Answer(status, headers, self.content)


Binary = bytes | AsyncIterator[bytes] | Download
"""What a handler answers with where the contract says bytes: all of them, a stream of them, or a
file."""
