"""How answers leave the process: in one write, and at a price of one look at all their headers."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE, RequestResponseCycle

from accord.runtime.whole import BodySource, FixedHeaders, Headers, Responder, in_messages

_LENGTH = b"\r\ncontent-length: "
MOST_NAMES = 1000
"""Names of headers that are remembered."""

_STATUS = {status: line.removesuffix(b"\r\n") for status, line in STATUS_LINE.items()}
_OF_CONNECTIONS = frozenset((b"connection", b"transfer-encoding"))
# What a header's value may not hold: all below space but the tab, and DEL.
_CONTROLS = bytes({*range(32), 127} - {9})


class _Names(dict[bytes, bytes]):
    """Names of headers, as an answer begins its lines with them, remembered once they are known to
    be good. Raises `KeyError` for those that are not in lower case, or say what becomes of the
    connection: such answers are uvicorn's to write."""

    def __missing__(self, name: bytes) -> bytes:
        if name != name.lower() or HEADER_RE.search(name) or name in _OF_CONNECTIONS:
            raise KeyError(name)
        line = b"\r\n" + name + b": "
        if len(self) < MOST_NAMES:
            self[name] = line
        return line


_NAMES = _Names()


def _written(
    status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
) -> bytes | None:
    """An answer as it is sent; None where a header is unusual."""
    try:
        lines = [_NAMES[name] + value for name, value in headers]
    except KeyError:
        return None
    head = b"".join(lines)
    if len(head) - len(head.translate(None, _CONTROLS)) != 2 * len(lines):
        # Some value holds more than the end of its line.
        return None
    if head.count(_LENGTH) > 1:
        # One of them is wrong, and a proxy may believe that.
        return None
    more = fixed.lines if fixed is not None else b""
    return b"".join((_STATUS[status], head, more, b"\r\n\r\n", body))


class _OneWrite:
    """Stands for a connection while an answer is put together."""

    __slots__ = ("closes", "parts", "write")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.write = self.parts.append
        self.closes = False

    def close(self) -> None:
        self.closes = True


class Cycle(RequestResponseCycle, BodySource, Responder):
    """Holds the head of an answer back until its body begins, as ASGI has it, so that both are
    one write: a system call less, and a packet. Streams, whose length nobody knows, begin at
    once: their callers wait for the head to know that they are heard.

    The usual answer, whole and of the length it says, is put together here, at a tenth of what
    it costs uvicorn to look at every header by itself. Whatever is unusual is left to uvicorn.
    """

    _start: Any = None
    _headers: dict[bytes, bytes]

    def arrived(self) -> int | None:
        if self.more_body or self.response_complete or self.disconnected:
            return None
        return len(self.body) if self.message_event.is_set() else None

    def take(self) -> bytes:
        self.flow.resume_reading()
        self.message_event.clear()
        body = bytes(self.body)
        self.body = bytearray()
        return body

    def respond(
        self, status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
    ) -> Awaitable[None] | None:
        usual = None
        length = (b"content-length", b"%d" % len(body))
        if not self.response_started and not self._start and length in headers and self._is_usual():
            usual = _written(status, [*self.default_headers, *headers], body, fixed)
        if usual is None:
            return in_messages(self.send, status, headers, body, fixed)
        self._write(usual)
        return None

    async def send(self, message: Any) -> None:
        start = self._start
        if start is None:
            headers = message.get("headers")
            if type(headers) is list and message["type"] == "http.response.start":
                self._headers = dict(headers)
                if b"content-length" in self._headers:
                    self._start = message
                    return
            await super().send(message)
            return
        self._start = None
        usual = self._usual(start, message)
        if usual is None:
            await self._send_both(start, message)
        else:
            self._write(usual)

    def _write(self, answer: bytes) -> None:
        self.response_started = self.response_complete = True
        self.transport.write(answer)
        self.message_event.set()
        self.on_response()

    def _is_usual(self) -> bool:
        """Whether the connection stays, and takes an answer now."""
        return (
            self.keep_alive
            and not self.disconnected
            and not self.waiting_for_100_continue
            and not self.flow.write_paused
            and not self.access_log
            and self.scope["method"] != "HEAD"
        )

    def _usual(self, start: Any, message: Any) -> bytes | None:
        """An answer in one piece, on a connection that stays; None where it is anything else."""
        headers = self._headers
        body: bytes = message.get("body", b"")
        if (
            message["type"] != "http.response.body"
            or message.get("more_body")
            or headers[b"content-length"] != b"%d" % len(body)
            or len(headers) != len(start["headers"])
            or not self._is_usual()
        ):
            return None
        return _written(start["status"], [*self.default_headers, *headers.items()], body)

    async def _send_both(self, start: Any, message: Any) -> None:
        """What uvicorn makes of them, in one write."""
        transport = self.transport
        held = _OneWrite()
        self.transport = held  # type: ignore[assignment]
        try:
            await super().send(start)
            await super().send(message)
        finally:
            self.transport = transport
            if held.parts:
                transport.write(b"".join(held.parts))
            if held.closes:
                transport.close()

    async def send_500_response(self) -> None:
        self._start = None
        await super().send_500_response()
