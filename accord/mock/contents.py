"""What the bodies of replies are made of, media type by media type."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from pydantic_core import to_json

from accord.runtime.media_types import (
    EVENTS,
    FORM,
    essence,
    is_json,
    is_json_sequence,
    is_stream,
    is_text,
    is_wildcard,
    is_xml,
)

STREAMED = 3
"""Items in a stream whose length the contract leaves open."""
_BINARY = b"\x00example"
# The smallest that programs open: one transparent pixel, one empty page.
_PIXEL = {
    "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg==",
    "image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
    "image/webp": "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
}
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
trailer<</Root 1 0 R>>
"""


def is_file(media_type: str) -> bool:
    """Whether content of this type is bytes that no schema describes."""
    name = essence(media_type)
    return not (
        is_json(name)
        or is_xml(name)
        or is_stream(name)
        or is_text(name)
        or name.endswith(("/yaml", "+yaml", "x-yaml"))
        or name in (FORM, "*/*")
    )


def concrete(media_type: str) -> str:
    """A type that a range covers; others as they are."""
    if not is_wildcard(media_type):
        return media_type
    kind = essence(media_type).partition("/")[0]
    return {"text": "text/plain", "image": "image/png"}.get(kind, "application/octet-stream")


def written(media_type: str, value: Any) -> bytes:
    """`value`, a JSON value, as content of `media_type`, which is not XML; for a stream a list of
    items."""
    name = essence(media_type)
    if is_json(name):
        return to_json(value)
    if name == EVENTS:
        return b"".join(_event(item) for item in value)
    if is_json_sequence(name):
        return b"".join(b"\x1e" + to_json(item) + b"\n" for item in value)
    if is_stream(name):
        return b"".join(to_json(item) + b"\n" for item in value)
    if isinstance(value, str):
        return value.encode()
    if name == FORM and isinstance(value, Mapping):
        return urlencode({key: _field(inner) for key, inner in value.items()}, doseq=True).encode()
    # YAML is a superset of JSON, and what else is text can hold it.
    return to_json(value)


@cache
def file_bytes(media_type: str) -> bytes:
    """A small file of this type, which programs open where it is a usual one."""
    name = essence(media_type)
    if name in _PIXEL:
        return b64decode(_PIXEL[name])
    match name:
        case "image/*":
            return b64decode(_PIXEL["image/png"])
        case "image/svg+xml":
            return _SVG
        case "application/pdf":
            return _PDF
        case "application/gzip" | "application/x-gzip":
            return gzip.compress(b"example\n", mtime=0)
        case "application/zip" | "application/x-zip-compressed":
            return _zip()
        case "application/x-tar":
            return _tar()
    return _BINARY


def _event(item: Any) -> bytes:
    """One server-sent event: the fields of an event where the item is one, else its data."""
    fields = item if isinstance(item, Mapping) and "data" in item else {"data": item}
    lines: list[bytes] = []
    for name in ("event", "id", "retry", "data"):
        if fields.get(name) is not None:
            value = fields[name]
            text = value if isinstance(value, str) else to_json(value).decode()
            lines += [f"{name}: {line}\n".encode() for line in text.splitlines() or [""]]
    return b"".join([*lines, b"\n"])


def _field(value: Any) -> Any:
    if isinstance(value, list):
        return [_field(item) for item in value]
    return value if isinstance(value, str) else to_json(value).decode()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("example.txt"), "example\n")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("example.txt")
        entry.size = 8
        archive.addfile(entry, io.BytesIO(b"example\n"))
    return buffer.getvalue()
