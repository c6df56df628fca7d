"""A rate limit that all replicas count together, in Redis.

Needs the `redis` package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.service.rate_limit import MemoryLimiter, Quota, Standing, seconds_until_free
from accord.service.shared import Away, Shared

if TYPE_CHECKING:
    from redis.asyncio import Redis

# One hash for each caller, so that it works in a cluster; Redis' clock, so that replicas agree on
# where a window ends. The same estimate as `MemoryLimiter` makes.
_HIT = """
local limit, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local window = math.floor(now / seconds)
local held = redis.call('HMGET', KEYS[1], 'window', 'used', 'before')
local passed = window - (tonumber(held[1]) or window)
local used, before = tonumber(held[2]) or 0, tonumber(held[3]) or 0
if passed == 1 then
  used, before = 0, used
elseif passed > 1 then
  used, before = 0, 0
end
local left = (window + 1) * seconds - now
local admitted = limit - used - before * left / seconds >= 1
if admitted then
  used = used + 1
  redis.call('HSET', KEYS[1], 'window', window, 'used', used, 'before', before)
  redis.call('EXPIRE', KEYS[1], 2 * seconds)
end
return {admitted and 1 or 0, used, before, tostring(left)}
"""


class RedisLimiter:
    """A sliding window for all replicas.

    Where Redis is away, this replica counts alone, from nothing: callers may then have the quota
    once for each replica, and nobody is refused for an outage.
    """

    def __init__(self, shared: Shared, quota: Quota) -> None:
        self.quota = quota
        self._shared = shared
        self._script = shared.redis.register_script(_HIT)
        self._prefix = f"{shared.prefix}:rate:{quota.name}:"
        self._alone = MemoryLimiter(quota)

    async def hit(self, key: str) -> Standing:
        """Count one request of `key`, unless that is refused."""

        async def ask(redis: Redis) -> list[bytes]:
            limit, seconds = self.quota.limit, self.quota.seconds
            answer: list[bytes] = await self._script(
                keys=[self._prefix + key], args=[limit, seconds], client=redis
            )
            return answer

        try:
            admitted, *counts, left_text = await self._shared.ask(ask)
        except Away:
            return await self._alone.hit(key)
        used, before = map(int, counts)
        left = float(left_text)
        if not admitted:
            return Standing(0, left, seconds_until_free(self.quota, used, before, left))
        free = self.quota.limit - used - before * left / self.quota.seconds
        return Standing(max(0, int(free)), left, 0.0)
