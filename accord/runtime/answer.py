"""What is sent back: status, headers and bytes."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from accord.runtime.whole import Headers, in_messages, respond

# RFC 9110, 5.5: visible characters, spaces and tabs, and what servers read as Latin-1.
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(slots=True)
class Answer:
    """What is sent: `body` is bytes, whose length `headers` need not hold, an iterator of chunks
    for a stream, or the path of a file."""

    status: int
    headers: Headers
    body: bytes | AsyncIterator[bytes] | os.PathLike[str]

    async def send(self, scope: Scope, receive: Receive, send: Send, head: bool = False) -> None:
        """Sends it; with `head` the headers only. A stream ends when its caller goes away."""
        body = self.body
        if isinstance(body, bytes):
            if head:
                await in_messages(send, self.status, self.headers, body, head=True)
                return
            waiting = respond(send, self.status, self.headers, body)
            if waiting is not None:
                await waiting
            return
        if isinstance(body, os.PathLike):
            response: Response = FileResponse(body, self.status)
            own = {name for name, _ in self.headers}
            kept = [pair for pair in response.raw_headers if pair[0] not in own]
            response.raw_headers[:] = [*self.headers, *kept]
            await response(scope, receive, send)
            return
        try:
            if head:
                # Nobody knows how long it would be.
                start = {"type": "http.response.start", "status": self.status}
                await send({**start, "headers": self.headers})
                await send({"type": "http.response.body", "body": b""})
                return
            response = StreamingResponse(body, self.status)
            response.raw_headers = self.headers
            await response(scope, receive, send)
        finally:
            if isinstance(body, AsyncGenerator):
                await body.aclose()


def header_value(text: str) -> bytes:
    """A header's value as it is sent. Raises `ValueError` where it would end the header or cannot
    be written."""
    if not _HEADER_VALUE.fullmatch(text):
        raise ValueError(f"a response header cannot hold {text!r}")
    return text.encode("latin-1")


def header_text(value: Any, *, explode: bool = False) -> str:
    """A header value in style `simple`: `a,b`, `name,1,other,2`, or exploded `name=1,other=2`."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    if isinstance(value, str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, (list, tuple)):
        return ",".join(header_text(item) for item in value)
    if isinstance(value, Mapping):
        between = "=" if explode else ","
        return ",".join(f"{name}{between}{header_text(part)}" for name, part in value.items())
    return to_json(value).decode().strip('"')
