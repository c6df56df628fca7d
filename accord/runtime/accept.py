"""Content negotiation: what a caller accepts (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from accord.runtime.media_types import essence
from accord.runtime.problem import Problem

_QUALITY = re.compile(r"0?\.[0-9]+|0\.?|1(\.0*)?")


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
