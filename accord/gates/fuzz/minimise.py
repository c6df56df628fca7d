"""The smallest request that still fails the same check, found by taking things away.

Requests before it go first, then parameters, headers and members of the body, as large pieces as
can be; then texts are halved and numbers brought to zero. Every attempt is sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from accord.gates.fuzz.cases import Kept, Request

Fails = Callable[[Kept], bool]
MOST_ATTEMPTS = 200
LONGEST_S = 15.0
_PARTS = ("cookies", "headers", "query")


def minimised(case: Kept, fails: Fails) -> Kept:
    """A case that fails as `case` does, with no part that it could do without, as far as attempts
    and time go."""
    until = time.monotonic() + LONGEST_S
    attempts = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(case):
            if attempts >= MOST_ATTEMPTS or time.monotonic() > until:
                return case
            attempts += 1
            if fails(candidate):
                case, smaller = candidate, True
                break
    return case


def _candidates(case: Kept) -> Iterator[Kept]:
    *before, last = case.requests
    # What another took an id from stays: the thing is there now, and will not be the next time.
    needed = {int(source.split("/")[1]) for source in case.bound.values()}
    for index in range(len(before)):
        if index not in needed:
            yield _without(case, index)
    for request in _smaller(last):
        yield replace(case, requests=(*before, request), bound=_still_there(case, request))


def _without(case: Kept, index: int) -> Kept:
    """Without an earlier request that no other needs."""

    def moved(pointer: str) -> str:
        _, number, *rest = pointer.split("/")
        return "/".join(["", str(int(number) - (int(number) > index)), *rest])

    requests = (*case.requests[:index], *case.requests[index + 1 :])
    bound = {
        moved(to): moved(source)
        for to, source in case.bound.items()
        if int(to.split("/")[1]) != index
    }
    return replace(case, requests=requests, bound=bound)


def _still_there(case: Kept, request: Request) -> dict[str, str]:
    """The bindings of what the smaller request still has."""
    last = f"/{len(case.requests) - 1}/"
    return {
        to: source
        for to, source in case.bound.items()
        if not to.startswith(last) or _has(request, to.removeprefix(last))
    }


def _has(request: Any, path: str) -> bool:
    node = request
    try:
        for key in path.split("/"):
            key = key.replace("~1", "/").replace("~0", "~")
            node = node[int(key) if isinstance(node, list) else key]
    except (LookupError, ValueError, TypeError):
        return False
    return True


def _smaller(request: Request) -> Iterator[Request]:
    for part in _PARTS:
        if part in request:
            yield {name: value for name, value in request.items() if name != part}
            for smaller in _values(request[part], least=1):
                yield {**request, part: smaller}
    body = request.get("body", {})
    if "json" in body:
        for smaller in _values(body["json"]):
            yield {**request, "body": {"json": smaller}}
    if "path_parameters" in request:
        for smaller in _values(request["path_parameters"], keys=False):
            yield {**request, "path_parameters": smaller}


def _values(value: Any, *, least: int = 0, keys: bool = True) -> Iterator[Any]:
    """Values like this one, each with less in it, the least first."""
    if isinstance(value, dict):
        if keys and len(value) > least:
            yield from ({k: v for k, v in value.items() if k != key} for key in value)
        for key, inner in value.items():
            yield from ({**value, key: smaller} for smaller in _values(inner))
    elif isinstance(value, list):
        if value:
            yield []
            half = len(value) // 2
            if half:
                yield value[:half]
                yield value[half:]
            yield from (value[:index] + value[index + 1 :] for index in range(len(value)))
        for index, inner in enumerate(value):
            for smaller in _values(inner):
                yield [*value[:index], smaller, *value[index + 1 :]]
    elif isinstance(value, str):
        lengths = dict.fromkeys(len(value) * eighths // 8 for eighths in (1, 4, 6, 7))
        yield from (value[:length] for length in lengths if length > 0)
        if len(value) > 1:
            yield value[:-1]
        if value and set(value) != {"a"} and value.isascii():
            yield "a" * len(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and value:
        yield 0
        if isinstance(value, float) and value != int(value):
            yield int(value)
        elif abs(value) > 1:
            yield int(value / 2)
