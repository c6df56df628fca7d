"""The Redis that replicas share, which may be away: nothing here needs it to serve.

Needs the `redis` package.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")
log = structlog.get_logger("accord.service")


class Away(Exception):
    """Redis does not answer for now."""


class Shared:
    """One pool of connections to the Redis at `url`.

    A question waits at most `timeout` seconds. One that fails puts Redis aside for `pause`
    seconds: until then all are answered `Away` at once, so that requests do not queue for a server
    that is gone. Losing it and having it back are logged once each. `prefix` keeps the keys of
    several services in one Redis apart. `errors` is what its `redis` raises for one that is away.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        timeout: float = 0.25,
        pause: float = 1.0,
        connections: int = 20,
    ) -> None:
        # Half a second of a start, which a service without Redis is spared.
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        self.errors: tuple[type[Exception], ...] = (RedisError, OSError)
        self.prefix = prefix
        self.away = False
        self._timeout = timeout
        self._pause = pause
        self._ask_again = 0.0
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=timeout,
            socket_connect_timeout=timeout,
            # Once more over a new connection: an idle one may have been closed by the other side.
            retry=Retry(NoBackoff(), 1),
        )
        self.redis: Redis = Redis.from_pool(pool)

    async def ask(self, question: Callable[[Redis], Awaitable[T]]) -> T:
        """What Redis says. Raises `Away`."""
        now = monotonic()
        if self.away:
            if now < self._ask_again:
                raise Away
            # Of all who wait for it, one finds out whether it is back.
            self._ask_again = now + self._pause
        try:
            async with asyncio.timeout(self._timeout):
                answer = await question(self.redis)
        except self.errors as error:
            self._lost(error)
            raise Away from error
        if self.away:
            self.away = False
            log.info("redis_back")
        return answer

    def _lost(self, error: Exception) -> None:
        self._ask_again = monotonic() + self._pause
        if not self.away:
            self.away = True
            log.warning("redis_away", error=repr(error))

    async def close(self) -> None:
        await self.redis.aclose()

    async def __aenter__(self) -> Shared:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()
