"""Rate limits: so many requests of one caller in any span of so many seconds.

A `Limiter` counts; the middleware asks it and tells callers where they stand, in the headers of
draft-ietf-httpapi-ratelimit-headers-10: `RateLimit` on every answer, `RateLimit-Policy` on those
that refuse. `MemoryLimiter` counts for one process, `accord.service.redis_limit`
for all replicas.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import NamedTuple, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.service.answer import answering
from accord.service.callers import address
from accord.service.exchange import KEY, Exchange, Layer


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` requests in any `seconds`; `name` is how the headers call it."""

    limit: int
    seconds: int
    name: str = "default"

    def __post_init__(self) -> None:
        if self.limit < 1 or self.seconds < 1:
            raise ValueError(f"a quota is at least 1 request in 1 second, not {self!r}")
        if not self.name.isidentifier():
            raise ValueError(f"a quota's name is letters, digits and _, not {self.name!r}")


class Standing(NamedTuple):
    """How a caller stands after asking.

    `remaining` requests are left, `reset` seconds until the window ends. `retry_after` is 0 where
    the request is admitted, else the seconds after which one would be.
    """

    remaining: int
    reset: float
    retry_after: float


class Limiter(Protocol):
    """Counts requests by caller."""

    quota: Quota

    async def hit(self, key: str) -> Standing:
        """Count one request of `key`, unless that is refused."""
        ...


class MemoryLimiter:
    """A sliding window for one process, estimated from two fixed ones.

    What a caller used in the window before counts for the part of it that the sliding window
    still covers. Windows are the same for all callers, so yesterday's are forgotten in one step.
    At most `capacity` callers are held for each window; beyond, the one first seen is forgotten,
    so that a flood of addresses costs no memory and nobody is refused for what others did.
    """

    def __init__(
        self, quota: Quota, *, capacity: int = 100_000, clock: Callable[[], float] = monotonic
    ) -> None:
        self.quota = quota
        self.capacity = capacity
        self._limit = quota.limit
        self._seconds = quota.seconds
        self._clock = clock
        self._window = 0
        # A counter is a list of one number: counting on is then no matter of the dictionary's.
        self._current: OrderedDict[str, list[int]] = OrderedDict()
        self._before: OrderedDict[str, list[int]] = OrderedDict()

    def __len__(self) -> int:
        """How many counters are held, at most twice the capacity."""
        return len(self._current) + len(self._before)

    async def hit(self, key: str) -> Standing:
        return self.count(key)

    def count(self, key: str) -> Standing:
        """`hit`, at once."""
        limit, seconds = self._limit, self._seconds
        now = self._clock()
        window = int(now / seconds)
        if window != self._window:
            self._roll(window)
        left = (window + 1) * seconds - now
        counter = self._current.get(key)
        used = counter[0] if counter is not None else 0
        before = self._before[key][0] if key in self._before else 0
        free = limit - used - before * left / seconds
        if free < 1:
            return Standing(0, left, seconds_until_free(self.quota, used, before, left))
        if counter is not None:
            counter[0] = used + 1
        else:
            if len(self._current) >= self.capacity:
                self._current.popitem(last=False)
            self._current[key] = [1]
        # Past what a named tuple's own constructor costs, which is half of all this.
        return tuple.__new__(Standing, (int(free) - 1, left, 0.0))

    def _roll(self, window: int) -> None:
        follows = window == self._window + 1
        self._before = self._current if follows else OrderedDict()
        self._current = OrderedDict()
        self._window = window


def seconds_until_free(quota: Quota, used: int, before: int, left: float) -> float:
    """Seconds until one more request fits, if none come meanwhile.

    `used` were admitted in this window, of which `left` seconds remain, `before` in the one
    before.
    """
    limit, seconds = quota.limit, quota.seconds
    if used < limit:
        # Part of the window before has to slide out.
        return left - (limit - used - 1) / before * seconds
    return left + seconds - (limit - 1) / used * seconds


class RateLimit(Layer):
    """Answers 429 with `Retry-After` where the caller has used up its quota.

    `key` names the caller of a request, whose scope has an exchange (see `accord.service.callers`).
    Requests for the paths in `exempt` are not counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: Limiter,
        key: Callable[[Scope], str] = address,
        exempt: Container[str] = (),
    ) -> None:
        quota = limiter.quota
        self.app = app
        self.limiter = limiter
        self.key = key
        self.exempt = exempt
        # Nothing to wait for, and so no coroutine.
        self._count = limiter.count if isinstance(limiter, MemoryLimiter) else None
        self._standing = f'"{quota.name}";r=%d;t=%d'.encode()
        self._policy = (
            b"ratelimit-policy",
            f'"{quota.name}";q={quota.limit};w={quota.seconds}'.encode(),
        )

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        if scope["path"] in self.exempt:
            return None
        if self._count is None:
            return self._ask
        return self._admit(self._count(self.key(scope)), exchange)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        standing = await self.limiter.hit(self.key(scope))
        app = self._admit(standing, scope[KEY]) or self.app
        await app(scope, receive, send)

    def _admit(self, standing: Standing, exchange: Exchange) -> ASGIApp | None:
        """What refuses a request whose caller stands so; None where it is admitted."""
        remaining, reset, retry_after = standing
        exchange.headers.append((b"ratelimit", self._standing % (remaining, ceil(reset))))
        if retry_after:
            exchange.headers.append(self._policy)
            return answering(_refusal(self.limiter.quota, retry_after))
        return None


def _refusal(quota: Quota, retry_after: float) -> Problem:
    wait = max(1, ceil(retry_after))
    return Problem(
        429,
        code="too_many_requests",
        detail=(
            f"The limit of {quota.limit} requests in {quota.seconds} s is used up; "
            f"try again in {wait} s."
        ),
        headers={"retry-after": str(wait)},
    )
