"""Content negotiation: what a caller accepts (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from accord.runtime.declare import Operation
from accord.runtime.media_types import essence, parameters
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
    name, own = essence(given), parameters(given)
    same = [one for one in types if essence(one) == name]
    exact = [one for one in same if parameters(one) <= own]
    # Those with more parameters are the more specific.
    return next(iter(sorted(exact, key=lambda one: -len(parameters(one))) or same), given)


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
    """The media ranges of an Accept header, in lower case, and how much each is wanted: 0 not at
    all, 1 most. One with parameters is there with them, and as `name;*`."""
    ranges: dict[str, float] = {}
    for part in accept.decode("latin-1").split(","):
        name, *pieces = (piece.strip().lower() for piece in part.split(";"))
        wanted = next((p[2:] for p in pieces if p.startswith("q=")), "1")
        # What is no number between 0 and 1 asks for nothing.
        much = float(wanted) if _QUALITY.fullmatch(wanted) else 0.0
        if own := parameters(part):
            ranges[_with(name, own)] = much
            name = f"{name};*"
        ranges[name] = much
    return ranges


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether an Accept-Encoding header lets an answer be compressed so (RFC 9110, 12.5.3)."""
    codings = accepted(accept_encoding)
    return codings.get("gzip", codings.get("*", 0.0)) > 0


def _with(name: str, own: Iterable[str]) -> str:
    return ";".join([name, *sorted(own)])


def quality(ranges: Mapping[str, float], media_type: str) -> float:
    """How much `media_type` is wanted, by the most specific range that covers it."""
    name, own = essence(media_type), parameters(media_type)
    kind = name.split("/")[0]
    if own and (exact := ranges.get(_with(name, own))) is not None:
        # More than one of the same name that is covered by name alone.
        return exact and exact + 0.0001
    if name.endswith("/*"):
        covered = ("*/*", f"{kind}/") if kind != "*" else ("",)
        return max((q for given, q in ranges.items() if given.startswith(covered)), default=0.0)
    # A range with parameters is meant for types with them, but who has none is near enough.
    for candidate in (name, *([] if own else [f"{name};*"]), f"{kind}/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0
