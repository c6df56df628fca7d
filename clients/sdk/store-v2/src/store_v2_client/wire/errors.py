"""What a call may raise beside httpx's own errors."""

from __future__ import annotations

from typing import Any


class UnexpectedStatus(Exception):
    """A reply that the contract does not list, or, while a stream was asked for, one that is
    none; `parsed` is what the contract makes of it."""

    def __init__(self, status_code: int, content: bytes, parsed: Any = None) -> None:
        self.status_code = status_code
        self.content = content
        self.parsed = parsed
        shown = content[:1000].decode(errors="replace")
        super().__init__(f"Unexpected status {status_code}; its content begins: {shown}")


class MalformedReply(ValueError):
    """A reply whose content is not what the contract says; `content` is what came."""

    def __init__(self, status_code: int, content: bytes, fault: str) -> None:
        self.status_code = status_code
        self.content = content
        shown = content[:300].decode(errors="replace")
        super().__init__(f"Malformed reply {status_code}: {fault:.200}; it begins: {shown}")
