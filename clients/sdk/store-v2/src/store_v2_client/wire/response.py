"""What a call gives."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Generic, TypeVar

from attrs import define

T = TypeVar("T")


@define
class Response(Generic[T]):
    """A reply: `parsed` is its content as the contract types it, None where it has none or the
    contract does not list its status."""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None
