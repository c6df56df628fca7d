"""One record for each idempotency key decides whether a request is carried out or repeated."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from impl.domain.errors import IdempotencyInProgress, IdempotencyKeyReused
from impl.domain.idempotency import IdempotencyKey
from impl.repositories.database import Database, Work
from impl.repositories.idempotency import Record

_POLL = 0.05
_RETRY_AFTER = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """The request is ours to carry out: it makes `resource_id`."""

    resource_id: UUID


@dataclass(frozen=True, slots=True)
class Repetition:
    """The request was carried out before, with this reply."""

    reply: str


class Idempotency:
    """Claims keys. A claim lasts `lease` seconds: after that, whoever made it is taken for dead
    and the next repetition carries on with the same `resource_id`. A repetition that comes
    earlier waits `wait` seconds for the reply."""

    def __init__(self, database: Database, *, lease: float, wait: float) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease)
        self._wait = wait

    async def claim(self, key: IdempotencyKey, request: bytes) -> Claim | Repetition:
        """Claim `key` for `request`, in a transaction of its own, waiting for the first reply.

        Raises `IdempotencyKeyReused` where the key was given with another request, and
        `IdempotencyInProgress` where the first one takes too long.
        """
        give_up = asyncio.get_running_loop().time() + self._wait
        while True:
            try:
                async with self._database.transaction() as work:
                    return await self.claim_within(work, key, request)
            except IdempotencyInProgress:
                if asyncio.get_running_loop().time() >= give_up:
                    raise
            await asyncio.sleep(_POLL)

    async def claim_within(
        self, work: Work, key: IdempotencyKey, request: bytes
    ) -> Claim | Repetition:
        """As `claim`, but in the caller's transaction and without waiting."""
        now = datetime.now(UTC)
        fingerprint = hashlib.sha256(request).hexdigest()
        fresh = Record(fingerprint, uuid4(), locked_until=now + self._lease)
        if await work.idempotency.claim(key, fresh, at=now):
            return Claim(fresh.resource_id)
        record = await work.idempotency.get(key)
        if record is None:
            raise _in_progress()
        if record.fingerprint != fingerprint:
            raise IdempotencyKeyReused("This key was used with another request.")
        if record.reply is not None:
            return Repetition(record.reply)
        if record.locked_until <= now and await work.idempotency.take_over(
            key, record, locked_until=now + self._lease
        ):
            return Claim(record.resource_id)
        raise _in_progress()


def _in_progress() -> IdempotencyInProgress:
    return IdempotencyInProgress(
        "The first request with this key is still running.", retry_after=_RETRY_AFTER
    )
