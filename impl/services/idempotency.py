"""One record for each idempotency key decides whether a request is carried out or repeated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from impl.domain.errors import IdempotencyInProgress, IdempotencyKeyReused
from impl.domain.idempotency import IdempotencyKey
from impl.repositories.database import Work
from impl.repositories.idempotency import Record

_RETRY_AFTER = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """The request is ours to carry out: it makes `resource_id`, at the key's `attempt`."""

    resource_id: UUID
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Running:
    """A request with this key is being carried out already, as the claim says."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Repetition:
    """The request was carried out before, with this reply."""

    reply: str


class Idempotency:
    """Claims keys, in the caller's transaction."""

    async def claim_within(
        self, work: Work, key: IdempotencyKey, request: bytes
    ) -> Claim | Repetition:
        """Claim `key` for a `request` that this very transaction carries out.

        Raises `IdempotencyKeyReused` where the key was given with another request, and
        `IdempotencyInProgress` where that is under way.
        """
        found = await self.join_within(work, key, request)
        if isinstance(found, Running):
            raise in_progress()
        return found

    async def join_within(
        self, work: Work, key: IdempotencyKey, request: bytes
    ) -> Claim | Running | Repetition:
        """Claim `key` for `request`, or find out where it stands. Raises `IdempotencyKeyReused`."""
        fingerprint = hashlib.sha256(request).hexdigest()
        fresh = Record(fingerprint, uuid4())
        if await work.idempotency.claim(key, fresh, at=datetime.now(UTC)):
            return Claim(fresh.resource_id)
        record = await work.idempotency.get(key)
        if record is None:
            raise in_progress()
        if record.fingerprint != fingerprint:
            raise IdempotencyKeyReused("This key was used with another request.")
        if record.reply is None:
            return Running(Claim(record.resource_id, record.attempt))
        if not record.open:
            return Repetition(record.reply)
        again = Record(fingerprint, uuid4(), attempt=record.attempt + 1)
        if not await work.idempotency.begin_anew(key, again):
            raise in_progress()
        return Claim(again.resource_id, again.attempt)


def in_progress() -> IdempotencyInProgress:
    return IdempotencyInProgress(
        "The first request with this key is still being carried out.", retry_after=_RETRY_AFTER
    )
