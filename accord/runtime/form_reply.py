"""Replies that are forms: a model's properties as names and texts, or as parts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from accord.runtime.answer import Answer, header_text
from accord.runtime.declare import Encoding, Media
from accord.runtime.media_types import is_multipart
from accord.runtime.uploads import UploadFile
from accord.runtime.whole import Headers

_NO_ENCODING = Encoding()


class FormContent:
    """One media type of a reply that is a form."""

    def __init__(self, media: Media) -> None:
        self.media_type = media.media_type
        self._adapter: TypeAdapter[Any] = TypeAdapter(media.type)
        self._encoding = media.encoding
        self._is_multipart = is_multipart(media.media_type)

    def named(self, media_type: str) -> FormContent:
        """The same: a form goes by the one name that the contract gives it."""
        return self

    def answer(self, status: int, headers: Headers, value: Any, check: bool) -> Answer | None:
        """The answer with `value`; None where it is not of the form's type."""
        try:
            members = self._adapter.dump_python(value, by_alias=True, warnings="error")
        except PydanticSerializationError:
            return None
        if not isinstance(members, dict):
            return None
        body, content_type = self._parts(members) if self._is_multipart else self._text(members)
        return Answer(status, [(b"content-type", content_type.encode()), *headers], body)

    def _text(self, members: dict[str, Any]) -> tuple[bytes, str]:
        pairs = (
            f"{quote_plus(name)}={quote_plus(_plain(item))}" for name, item in self._fields(members)
        )
        return "&".join(pairs).encode(), self.media_type

    def _parts(self, members: dict[str, Any]) -> tuple[bytes, str]:
        boundary = secrets.token_hex(16)
        body = bytearray()
        for name, item in self._fields(members):
            shown = name.replace("\\", "\\\\").replace('"', "%22")
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{shown}"'
            kind, data = "", _plain(item).encode() if not isinstance(item, UploadFile) else b""
            if isinstance(item, UploadFile):
                item.file.seek(0)
                kind, data = item.content_type or "application/octet-stream", item.file.read()
                head += f'; filename="{(item.filename or "file").replace(chr(34), "%22")}"'
            elif isinstance(item, dict):
                kind = self._encoding.get(name, _NO_ENCODING).content_type or "application/json"
            head += f"\r\nContent-Type: {kind}" if kind else ""
            body += f"{head}\r\n\r\n".encode() + data + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        return bytes(body), f"{self.media_type}; boundary={boundary}"

    def _fields(self, members: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Names and single JSON values, in the order of the properties; files stay files."""
        for name, item in members.items():
            if self._encoding.get(name, _NO_ENCODING).style == "deepObject":
                yield from _deep(name, to_jsonable_python(item))
                continue
            for one in item if isinstance(item, list) else [item]:
                yield name, one if isinstance(one, UploadFile) else to_jsonable_python(one)


def _deep(at: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _deep(f"{at}[{name}]", item)
    elif isinstance(value, list):
        for item in value:
            yield from _deep(f"{at}[]", item)
    else:
        yield at, value


def _plain(value: Any) -> str:
    return to_json(value).decode() if isinstance(value, (dict, list)) else header_text(value)
