"""What a caller would like, in the `Prefer` header (RFC 7240)."""

from __future__ import annotations

from typing import Final, Literal

RESPOND_ASYNC: Final = "respond-async"
Preference = Literal["respond-async"]


def prefers(header: str | None, preference: Preference) -> bool:
    """Whether `header` asks for `preference`; what else it says is ignored, as the RFC asks."""
    if header is None:
        return False
    asked = (part.split(";")[0].split("=")[0].strip() for part in header.split(","))
    return preference in (name.lower() for name in asked)
