"""What a caller wishes of a mock: the Prefer header (RFC 7240), or a query for browsers.

| Prefer         | query       | what it does                                                     |
| -------------- | ----------- | ---------------------------------------------------------------- |
| `code=404`     | `__code`    | the reply that the contract declares for this status             |
| `example=name` | `__example` | the example of that name of the contract                         |
| `dynamic=true` | `__dynamic` | data made from the schema, another for each request; no examples |
| `seed=7`       | `__seed`    | other made data; the same again for the same seed                |

What a mock does not know is left alone, as the RFC has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import Scope

from accord.runtime import Problem

_PREFERENCE = re.compile(
    r"""\s*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;]*)))?"""
)
_QUERY_PREFIX = "__"
_KNOWN = frozenset({"code", "example", "dynamic", "seed"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`status` 0, `example` "" and `seed` "": no wish."""

    status: int = 0
    example: str = ""
    dynamic: bool = False
    seed: str = ""


NO_WISH = Wish()


def wish_of(scope: Scope) -> Wish:
    """What the caller of a request wishes. Raises a 400 `Problem` for a value that is none."""
    given = [value for name, value in scope["headers"] if name == b"prefer"]
    query = scope["query_string"]
    if not given and b"__" not in query:
        return NO_WISH
    wishes: dict[str, str] = {}
    for name, value in _of_query(query):
        wishes.setdefault(name, value)
    # Of two that differ the first counts (RFC 7240, 2); the header over the query.
    wishes = {**wishes, **_first(_of_headers(given))}
    return Wish(
        _status(wishes.get("code", "")),
        wishes.get("example", ""),
        _is_true(wishes.get("dynamic", "false")),
        wishes.get("seed", ""),
    )


def _of_query(query: bytes) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        known = name.removeprefix(_QUERY_PREFIX)
        if known != name and known in _KNOWN:
            yield known, value


def _of_headers(headers: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for header in headers:
        text, position = header.decode("latin-1"), 0
        while (found := _PREFERENCE.match(text, position)) is not None:
            name, quoted, token = found.groups()
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else token or ""
            if name.lower() in _KNOWN:
                yield name.lower(), value
            # Parameters of a preference, after a semicolon, are not ours.
            position = text.find(",", found.end()) + 1
            if position == 0:
                break


def _first(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _status(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"[1-5][0-9]{2}", text):
        raise Problem(
            400,
            code="wrong_preference",
            detail=f"Prefer: code={text!r} is no status; write three digits, as in code=404.",
        )
    return int(text)


def _is_true(text: str) -> bool:
    return text.lower() not in ("false", "0", "no")
