"""httpx clients that try again, where that is safe and worth while.

| what happened                               | tried again                                       |
| ------------------------------------------- | ------------------------------------------------- |
| no connection was made                      | always: nothing was sent                          |
| the connection broke, or no answer in time  | what can be repeated                              |
| 429                                         | always: it was not carried out                    |
| 502, 503, 504                               | what can be repeated                              |
| 409 with Retry-After                        | what has an Idempotency-Key: its twin is at work  |

What can be repeated are GET, HEAD, OPTIONS, PUT and DELETE, and what carries an Idempotency-Key.
A body that is a stream cannot be sent twice.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from .failures import seconds_of

_REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
_FAILED = frozenset((502, 503, 504))
_KEY = "idempotency-key"


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and how long to wait: seconds, doubled each time up to `longest`, and drawn
    between nothing and that; what the service asks for by Retry-After goes before.

    Where it asks for more than `patience` the answer is given as it is. `attempts=1`: none.
    """

    attempts: int = 4
    first: float = 0.2
    longest: float = 5.0
    patience: float = 30.0

    def waits(self, request: httpx.Request) -> Iterator[_Attempt]:
        """The attempts at one request: one where its body can be read once."""
        lasts = isinstance(request.stream, httpx.ByteStream)
        last = self.attempts if lasts else 1
        return (_Attempt(self, request, number == last, number) for number in range(1, last + 1))


@dataclass(frozen=True, slots=True)
class _Attempt:
    retries: Retries
    request: httpx.Request
    is_last: bool
    number: int

    def after_error(self, error: httpx.TransportError) -> float | None:
        """Seconds until the next attempt; None where there is to be none."""
        unsent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
        return self._wait(None) if unsent or self._is_repeatable() else None

    def after(self, response: httpx.Response) -> float | None:
        """The same where an answer came."""
        status, asked = response.status_code, seconds_of(response.headers.get("retry-after", ""))
        again = (
            status == 429
            or (status in _FAILED and self._is_repeatable())
            or (status == 409 and asked is not None and _KEY in self.request.headers)
        )
        return self._wait(asked) if again else None

    def _wait(self, asked: float | None) -> float | None:
        if self.is_last:
            return None
        if asked is not None:
            return asked if asked <= self.retries.patience else None
        ceiling = min(self.retries.longest, self.retries.first * 2 ** (self.number - 1))
        return random.uniform(0, ceiling)

    def _is_repeatable(self) -> bool:
        return self.request.method in _REPEATABLE or _KEY in self.request.headers


class RetryingClient(httpx.Client):
    """An httpx client with `retries`; other arguments are httpx's."""

    def __init__(self, retries: Retries, **settings: Any) -> None:
        super().__init__(**settings)
        self._retries = retries

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As httpx's, again and again."""
        for attempt in self._retries.waits(request):
            try:
                response = super().send(request, **options)
            except httpx.TransportError as error:
                wait = attempt.after_error(error)
                if wait is None:
                    raise
            else:
                wait = attempt.after(response)
                if wait is None:
                    return response
                response.close()
            time.sleep(wait)
        raise AssertionError("the last attempt has no wait")


class AsyncRetryingClient(httpx.AsyncClient):
    """The same for asyncio."""

    def __init__(self, retries: Retries, **settings: Any) -> None:
        super().__init__(**settings)
        self._retries = retries

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As httpx's, again and again."""
        for attempt in self._retries.waits(request):
            try:
                response = await super().send(request, **options)
            except httpx.TransportError as error:
                wait = attempt.after_error(error)
                if wait is None:
                    raise
            else:
                wait = attempt.after(response)
                if wait is None:
                    return response
                await response.aclose()
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt has no wait")
