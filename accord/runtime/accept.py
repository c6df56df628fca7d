"""Content negotiation: what a caller accepts (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from accord.runtime.declare import Operation
from accord.runtime.media_types import essence
from accord.runtime.problem import Problem

_QUALITY = re.compile(r"0?\.[0-9]+|0\.?|1(\.0*)?")


class Negotiation:
    """What handlers are told of media types: keywords of one operation; false for none."""

    def __init__(self, operation: Operation) -> None:
        self._accept = operation.accept
        body = operation.body
        self._types = None
        if body is not None and body.says_type:
            self._types = tuple(media.media_type for media in body.media)

    def __bool__(self) -> bool:
        return self._accept is not None or self._types is not None

    def tell(self, keywords: dict[str, Any], headers: Mapping[bytes, bytes]) -> None:
        """Adds `content_type` and `accept`. The body is known to be of a type that is listed, and
        something that is offered to be acceptable."""
        if self._types is not None:
            given = headers.get(b"content-type", b"").decode("latin-1")
            keywords["content_type"] = _declared(given, self._types) if given else None
        if self._accept is not None:
            accept = headers.get(b"accept")
            keywords["accept"] = _best(accept, self._accept)


def _declared(given: str, types: tuple[str, ...]) -> str:
    """The type as the contract writes it; as it came where the contract gives a range."""
    name = essence(given)
    return next((one for one in types if essence(one) == name), given)


def _best(accept: bytes | None, offered: tuple[str, ...]) -> str:
    if not offered:
        return "*/*" if accept is None else accept.decode("latin-1")
    if accept is None:
        return offered[0]
    ranges = accepted(accept)
    return max(offered, key=lambda media_type: quality(ranges, media_type))


def negotiate(accept: bytes, offered: tuple[str, ...]) -> None:
    """Raises a 406 `Problem` where nothing that is offered would be accepted."""
    if not offered or not accept.strip() or (b"*/*" in accept and b"q=0" not in accept):
        return
    ranges = accepted(accept)
    if not any(quality(ranges, media_type) for media_type in offered):
        raise Problem(
            406,
            code="not_acceptable",
            detail=f"This operation answers with {', '.join(offered)}.",
        )


def accepted(accept: bytes) -> dict[str, float]:
    """The media ranges of an Accept header, in lower case and without parameters, and how much
    each is wanted: 0 not at all, 1 most."""
    ranges: dict[str, float] = {}
    for part in accept.decode("latin-1").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        wanted = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        # What is no number between 0 and 1 asks for nothing.
        ranges[name] = float(wanted) if _QUALITY.fullmatch(wanted) else 0.0
    return ranges


def quality(ranges: Mapping[str, float], media_type: str) -> float:
    """How much `media_type` is wanted, by the most specific range that covers it."""
    name = essence(media_type)
    kind = name.split("/")[0]
    if name.endswith("/*"):
        covered = ("*/*", f"{kind}/") if kind != "*" else ("",)
        return max((q for given, q in ranges.items() if given.startswith(covered)), default=0.0)
    for candidate in (name, f"{kind}/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0
