"""Multipart bodies, read as they arrive: texts into memory, files through it to disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.types import Receive

from accord.runtime.chunks import chunks
from accord.runtime.problem import Problem
from accord.runtime.uploads import UploadFile, UploadLimits, keep

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# What browsers write instead of the characters that would end a quoted name.
_ESCAPES = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))


@dataclass(slots=True)
class Part:
    """One part: `name` is empty where it has none; `content` is a file where it was sent as one,
    or is wanted as one."""

    name: str
    headers: Headers
    content: bytes | UploadFile

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


async def read_parts(
    content_type: bytes, receive: Receive, wants_file: Callable[[str], bool], limits: UploadLimits
) -> list[Part]:
    """The parts of a body, in order; `wants_file` says of a name whether it is a file's.

    Raises a `Problem`: 400 where the body is not what its Content-Type says, 413 beyond `limits`.
    Raises `ClientDisconnect` where the caller went away before the end.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise _malformed("Its Content-Type has no boundary")
    collector = _Collector(wants_file, limits)
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        async for chunk in chunks(receive):
            parser.write(chunk)
            await collector.write_files()
        parser.finalize()
    except FormParserError as error:
        raise _malformed(str(error)) from None
    if not collector.is_complete:
        raise _malformed("It ends before its last boundary")
    return collector.parts


class _Collector:
    """Takes what the parser finds; files are written between its chunks, off the event loop."""

    def __init__(self, wants_file: Callable[[str], bool], limits: UploadLimits) -> None:
        self.parts: list[Part] = []
        self.is_complete = False
        self._wants_file = wants_file
        self._limits = limits
        self._header = (bytearray(), bytearray())
        self._headers: list[tuple[bytes, bytes]] = []
        self._text = bytearray()
        self._waiting: list[tuple[UploadFile, bytes | None]] = []

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._start,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _finish(self) -> None:
        self.is_complete = True

    async def write_files(self) -> None:
        waiting, self._waiting = self._waiting, []
        for file, data in waiting:
            if data is None:
                await file.seek(0)
            else:
                await file.write(data)

    def _begin(self) -> None:
        if len(self.parts) == self._limits.parts:
            raise _too_large(f"has more than {self._limits.parts} parts")
        self._headers = []

    def _end_header(self) -> None:
        name, value = self._header
        self._headers.append((bytes(name).lower(), bytes(value)))
        self._header = (bytearray(), bytearray())

    def _start(self) -> None:
        headers = Headers(raw=self._headers)
        _, options = parse_options_header(headers.get("content-disposition"))
        name = _unescaped(options.get(b"name", b""))
        filename = options.get(b"filename")
        content: bytes | UploadFile = b""
        if filename is not None or self._wants_file(name):
            content = UploadFile(
                filename=None if filename is None else _unescaped(filename),
                headers=headers,
                memory=self._limits.memory,
            )
            keep(content)
        self._text = bytearray()
        self.parts.append(Part(name, headers, content))

    def _data(self, data: bytes, start: int, end: int) -> None:
        content = self.parts[-1].content
        if isinstance(content, bytes):
            self._text += data[start:end]
            if len(self._text) > self._limits.text:
                raise _too_large(f"has a part of more than {self._limits.text} bytes")
            return
        self._waiting.append((content, data[start:end]))
        received = len(content) + sum(len(d or b"") for file, d in self._waiting if file is content)
        if self._limits.file is not None and received > self._limits.file:
            raise _too_large(f"has a file of more than {self._limits.file} bytes")

    def _end(self) -> None:
        content = self.parts[-1].content
        if isinstance(content, bytes):
            self.parts[-1].content = bytes(self._text)
        else:
            self._waiting.append((content, None))


def _unescaped(name: bytes) -> str:
    text = name.decode(errors="replace")
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    return text


def _malformed(what: str) -> Problem:
    return Problem(
        400, code="malformed_request", detail=f"The body is not multipart: {what.rstrip('.')}."
    )


def _too_large(what: str) -> Problem:
    return Problem(413, code="content_too_large", detail=f"The body {what}.")
