"""Files of multipart bodies: in memory while they are small, then on disk; closed when the request
is over."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from starlette.datastructures import Headers
from starlette.datastructures import UploadFile as StarletteFile

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much of a form is taken; more is answered 413.

    `parts` counts the parts of a body, `text` the bytes of one that is no file, `file` those of
    one that is (None: as many as the body may have), `memory` how many bytes of a file stay in
    memory before it goes to disk.
    """

    parts: int = 1000
    text: int = 1024 * 1024
    file: int | None = None
    memory: int = 1024 * 1024


class UploadFile(StarletteFile):
    """A file that was sent: `filename` (None where the sender gave none), `content_type`,
    `headers` of its part, `size` in bytes; `await read()`, `await seek(0)`, or `async for` its
    chunks. It is closed when the request has been answered.

    Its length is its size, so that a schema's `maxLength` holds for its bytes.
    """

    def __init__(
        self, *, filename: str | None = None, headers: Headers | None = None, memory: int = 0
    ) -> None:
        # Closed with the request, or with the object at the latest.
        file = tempfile.SpooledTemporaryFile(max_size=memory)  # noqa: SIM115
        super().__init__(cast(BinaryIO, file), size=0, filename=filename, headers=headers)

    @classmethod
    def of(
        cls, data: bytes, *, filename: str | None = None, content_type: str | None = None
    ) -> UploadFile:
        """A file with `data`, in memory: for replies and tests."""
        headers = Headers({"content-type": content_type} if content_type else {})
        made = cls(filename=filename, headers=headers)
        made.file.write(data)
        made.file.seek(0)
        made.size = len(data)
        return made

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read(_CHUNK):
            yield chunk

    def __len__(self) -> int:
        return self.size or 0

    def __bool__(self) -> bool:
        return True

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(
            core_schema.with_info_plain_validator_function(_from_text),
            core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _as_text, when_used="json"
            ),
        )


def _from_text(value: Any, info: core_schema.ValidationInfo) -> UploadFile:
    """The file that stands for `value`; text by itself is what is in the file."""
    if not isinstance(value, str):
        raise ValueError("Input should be a file")
    files: Mapping[str, UploadFile] = info.context or {}
    return files.get(value) or UploadFile.of(value.encode())


def _as_text(file: UploadFile) -> str:
    file.file.seek(0)
    return file.file.read().decode(errors="replace")


_opened: ContextVar[list[UploadFile] | None] = ContextVar("accord.uploads", default=None)


def keep(file: UploadFile) -> None:
    """Has `file` closed when the request is over."""
    files = _opened.get()
    if files is not None:
        files.append(file)


@asynccontextmanager
async def closing_uploads() -> AsyncIterator[None]:
    """Closes what `keep` is given within."""
    files: list[UploadFile] = []
    token = _opened.set(files)
    try:
        yield
    finally:
        _opened.reset(token)
        for file in files:
            await file.close()
