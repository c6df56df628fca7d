"""Files that are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from attrs import define, field


@define
class File:
    """A file to send: as a part of a form, with `headers` of its own, or as a whole body."""

    payload: IO[bytes] | bytes
    file_name: str | None = None
    mime_type: str | None = None
    headers: Mapping[str, str] = field(factory=dict)

    def read(self) -> bytes:
        """Everything that `payload` has left."""
        return self.payload if isinstance(self.payload, bytes) else self.payload.read()
