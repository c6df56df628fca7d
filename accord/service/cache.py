"""A cache of what is dear to make: in the process, and in Redis where there is one.

Values are kept as JSON, so that nobody can change what others are given, and nothing that comes
out of Redis is ever executed. A value belongs to tags; forgetting a tag forgets it everywhere.

In Redis each tag has a token, new at every forgetting, and a value is stored with the tokens of
before it was made: one that was made from older facts is never believed.
"""

from __future__ import annotations

import asyncio
import json
from asyncio import CancelledError, Task
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

import structlog
from pydantic import TypeAdapter, ValidationError

from accord.service.shared import Away, Shared

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

T = TypeVar("T")
log = structlog.get_logger("accord.service")

LONGEST_S = 3600.0
_TOKEN_S = 24 * 3600
"""Longer than any value lives, so that a token that is gone vouches for nothing."""
_UNHEARD_S = 1.0
_LISTEN_AGAIN_S = 0.5
_SILENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Entry:
    text: bytes
    until: float
    tags: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Making:
    """A value on its way; `stale` where one of its tags was forgotten meanwhile."""

    tags: tuple[str, ...]
    stale: bool = False
    task: Task[bytes] | None = None


class Cache:
    """Holds up to `capacity` values in this process, those longest unused forgotten first.

    `version` is part of every key: what one version of a contract has stored, another never
    reads. Enter it to hear what other replicas forget; what it holds while it cannot hear them
    lives for a second at most (`hears` says whether it can). With `shared` away it works on, in
    the process alone.
    """

    def __init__(self, *, version: str, shared: Shared | None = None, capacity: int = 1000) -> None:
        self.hears = False
        self._capacity = capacity
        self._shared = shared
        prefix = shared.prefix if shared else ""
        self._key = f"{prefix}:cache:{version}:"
        self._tag = f"{prefix}:tag:"
        self._channel = f"{prefix}:forget"
        self._held: OrderedDict[str, _Entry] = OrderedDict()
        self._making: dict[str, _Making] = {}
        self._owed: set[str] = set()
        self._listener: Task[None] | None = None

    def __len__(self) -> int:
        """How many values are held in this process."""
        return len(self._held)

    async def get(
        self,
        key: str,
        make: Callable[[], Awaitable[T]],
        *,
        type: TypeAdapter[T],
        seconds: float,
        tags: Iterable[str] = (),
    ) -> T:
        """The value of `key`, at most `seconds` old; made by `make` where there is none.

        Of many who ask at once, one makes it, and goes on when its caller has gone. None is a
        value like any other. What `make` raises is raised to all who wait, and not kept.
        """
        if not 0 < seconds <= LONGEST_S:
            raise ValueError(f"a value is kept for up to {LONGEST_S:.0f} s, not {seconds!r}")
        entry = self._held.get(key)
        if entry is not None and entry.until > time():
            self._held.move_to_end(key)
            return type.validate_json(entry.text)
        making = self._making.get(key)
        if making is None or making.task is None:
            making = self._making[key] = _Making(tuple(tags))
            making.task = asyncio.create_task(self._find(key, make, type, seconds, making))
            making.task.add_done_callback(lambda task: self._made(key, making, task))
        return type.validate_json(await asyncio.shield(making.task))

    async def forget(self, *tags: str) -> None:
        """Forget all values that have one of `tags`, in all replicas.

        Where Redis is away, it is told as soon as it is back.
        """
        self._drop(tags)
        if self._shared is not None:
            self._owed.update(tags)
            with suppress(Away):
                await self._settle(self._shared)

    def _made(self, key: str, making: _Making, task: Task[bytes]) -> None:
        if self._making.get(key) is making:
            del self._making[key]
        if not task.cancelled():
            # Whoever waited has it; where all have gone, nobody would fetch it.
            task.exception()

    async def _find(
        self,
        key: str,
        make: Callable[[], Awaitable[T]],
        type: TypeAdapter[T],
        seconds: float,
        making: _Making,
    ) -> bytes:
        tokens: list[str] | None = None
        if self._shared is not None:
            with suppress(Away):
                entry, tokens = await self._ask(self._shared, key, making.tags)
                if entry is not None and _fits(type, entry.text):
                    self._hold(key, entry, making)
                    return entry.text
        entry = _Entry(type.dump_json(await make()), time() + seconds, making.tags)
        self._hold(key, entry, making)
        if self._shared is not None and tokens is not None:
            with suppress(Away):
                await self._tell(self._shared, key, entry, tokens, seconds)
        return entry.text

    def _hold(self, key: str, entry: _Entry, making: _Making) -> None:
        if making.stale:
            return
        if self._shared is not None and not self.hears:
            entry = replace(entry, until=min(entry.until, time() + _UNHEARD_S))
        self._held[key] = entry
        self._held.move_to_end(key)
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)

    def _drop(self, tags: Iterable[str]) -> None:
        gone = set(tags)
        for key in [key for key, entry in self._held.items() if not gone.isdisjoint(entry.tags)]:
            del self._held[key]
        # Those who ask from now on do not join in what may be made from what was.
        for key in [key for key, each in self._making.items() if not gone.isdisjoint(each.tags)]:
            self._making.pop(key).stale = True

    async def _ask(
        self, shared: Shared, key: str, tags: tuple[str, ...]
    ) -> tuple[_Entry | None, list[str]]:
        """What Redis has of `key`, if its tags' tokens are still the same; and those tokens."""
        await self._settle(shared)
        names = [self._key + key, *(self._tag + tag for tag in tags)]
        stored, *found = await shared.ask(lambda redis: redis.mget(names))
        tokens = [token.decode() if isinstance(token, bytes) else token or "" for token in found]
        if stored is None:
            return None, tokens
        try:
            envelope = json.loads(stored)
            if envelope["tokens"] != tokens:
                return None, tokens
            return _Entry(envelope["value"].encode(), envelope["until"], tags), tokens
        except (ValueError, LookupError, TypeError, AttributeError):
            log.warning("cache_unreadable", key=key)
            return None, tokens

    async def _tell(
        self, shared: Shared, key: str, entry: _Entry, tokens: list[str], seconds: float
    ) -> None:
        envelope = {"tokens": tokens, "until": entry.until, "value": entry.text.decode()}
        text = json.dumps(envelope)
        life = max(1, int(seconds * 1000))
        await shared.ask(lambda redis: redis.set(self._key + key, text, px=life))

    async def _settle(self, shared: Shared) -> None:
        """Tell Redis, and through it the others, what was forgotten."""
        if not self._owed:
            return
        tags = sorted(self._owed)

        async def tell(redis: Redis) -> Any:
            async with redis.pipeline(transaction=True) as together:
                for tag in tags:
                    together.set(self._tag + tag, uuid4().hex, ex=_TOKEN_S)
                together.publish(self._channel, json.dumps(tags))
                return await together.execute()

        await shared.ask(tell)
        self._owed.difference_update(tags)

    async def __aenter__(self) -> Self:
        if self._shared is not None:
            self._listener = asyncio.create_task(self._listen(self._shared), name="cache-listener")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with suppress(CancelledError):
                await self._listener

    async def _listen(self, shared: Shared) -> None:
        while True:
            with suppress(*shared.errors):
                async with shared.redis.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    await self._hear(subscription)
            self.hears = False
            # What was forgotten since is not heard.
            self._drop({tag for entry in self._held.values() for tag in entry.tags})
            await asyncio.sleep(_LISTEN_AGAIN_S)

    async def _hear(self, subscription: PubSub) -> None:
        """Until the connection breaks, or falls silent without closing."""
        asked = False
        while True:
            message = await subscription.get_message(timeout=_SILENCE_S)
            if message is None:
                if asked:
                    raise TimeoutError
                await subscription.ping()
            elif message["type"] == "subscribe":
                self.hears = True
            elif message["type"] == "message":
                # Whatever anybody says there, this one goes on listening.
                with suppress(ValueError, TypeError):
                    self._drop(json.loads(message["data"]))
            asked = message is None


def _fits(type: TypeAdapter[Any], text: bytes) -> bool:
    """Whether another replica's value is one of ours: it may be of another release."""
    try:
        type.validate_json(text)
    except ValidationError:
        return False
    return True
