"""Asking for a saga: carried out once for each key, and answered to everyone who asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from pydantic import TypeAdapter

from impl.domain.errors import StoreError, TimedOut, restored
from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Failure, Order
from impl.repositories.database import Database, Work
from impl.services.idempotency import Idempotency, Repetition, Running, in_progress

_FIRST_LOOK = 0.1
_LONGEST_LOOK = 1.0
# The answer must reach the caller by the deadline, so it is given a little earlier: in seconds, and
# as a share of what is left.
_LEAST_MARGIN = 0.05
_MARGIN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request, as every repetition of it is told: an order, or a refusal."""

    order: Order | None = None
    failure: Failure | None = None

    def given(self) -> Order:
        """The order. Raises the refusal."""
        if self.failure is not None:
            raise error_of(self.failure)
        assert self.order is not None
        return self.order


@dataclass(frozen=True, slots=True)
class Asked:
    """What a saga is started with: the `request` of its use case as JSON, the key and the attempt
    that wait for its answer, and the id of the order that it makes or changes."""

    key: IdempotencyKey
    attempt: int
    order_id: UUID
    request: str

    @property
    def saga(self) -> str:
        """The id of the saga."""
        return self.key.saga(self.attempt)


ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)


class Starter(Protocol):
    """What carries sagas out: `impl.sagas.durable`."""

    async def start(self, id: str, saga: str, request: str) -> None:
        """Start a saga, unless one with this id was started before."""
        ...


class News:
    """Tells those who wait in this process that a saga has its answer."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Event]] = {}

    @contextmanager
    def of(self, saga: str) -> Iterator[asyncio.Event]:
        """Set when the answer is there, if the saga is carried out in this process."""
        event = asyncio.Event()
        waiting = self._waiting.setdefault(saga, [])
        waiting.append(event)
        try:
            yield event
        finally:
            # Others may go on waiting for the same saga.
            waiting.remove(event)
            if not waiting and self._waiting.get(saga) is waiting:
                del self._waiting[saga]

    def tell(self, saga: str) -> None:
        for event in self._waiting.get(saga, ()):
            event.set()


class Answers:
    """Asks for sagas and waits for what they answer.

    `deadline` tells when the caller stops waiting, in seconds of the loop's clock; None: never.
    """

    def __init__(
        self,
        database: Database,
        starter: Starter,
        news: News,
        *,
        deadline: Callable[[], float | None],
    ) -> None:
        self._database = database
        self._idempotency = Idempotency()
        self._starter = starter
        self._news = news
        self._deadline = deadline

    async def ask(
        self, saga: str, key: IdempotencyKey, request: str, *, order: Order | None = None
    ) -> Order:
        """The order that the saga answers with; it is carried out unless it was before.

        `order` is what it is asked for, None for a saga that makes one. Raises the refusal that it
        answers with, and `IdempotencyKeyReused`. At the deadline `TimedOut` is raised to whoever
        asked first, `IdempotencyInProgress` to the others, and the saga goes on.
        """
        asked, first = await self._joined(key, request, order)
        if isinstance(asked, Outcome):
            return asked.given()
        async with self._in_time(first=first):
            await self._started(saga, asked)
            outcome = await self._awaited(asked)
        return outcome.given()

    async def begin(
        self, saga: str, key: IdempotencyKey, request: str, *, order: Order | None = None
    ) -> Order:
        """The order as soon as the saga has written it down or taken hold of it, and goes on by
        itself; as it was answered where it has been. Raises as `ask`."""
        asked, first = await self._joined(key, request, order)
        if isinstance(asked, Outcome):
            return asked.given()
        async with self._in_time(first=first):
            await self._started(saga, asked)
            before = 0 if order is None else order.revision
            look = _FIRST_LOOK / 10
            while True:
                async with self._database.reading() as work:
                    present = await work.orders.get(asked.order_id)
                    outcome = await _look(work, asked)
                if outcome is not None:
                    return outcome.given()
                if present is not None and present.revision > before:
                    return present
                await asyncio.sleep(look)
                look = min(_LONGEST_LOOK, look * 1.5)

    async def _joined(
        self, key: IdempotencyKey, request: str, order: Order | None
    ) -> tuple[Asked | Outcome, bool]:
        """What to ask for, or the answer; and whether nobody asked before."""
        async with self._database.transaction() as work:
            found = await self._idempotency.join_within(work, key, request.encode())
        if isinstance(found, Repetition):
            return _OUTCOME.validate_json(found.reply), False
        claim = found.claim if isinstance(found, Running) else found
        order_id = claim.resource_id if order is None else order.id
        asked = Asked(key, claim.attempt, order_id, request)
        return asked, not isinstance(found, Running)

    async def _started(self, saga: str, asked: Asked) -> None:
        # Whoever asked first may have died in between, so everyone makes sure.
        await self._starter.start(asked.saga, saga, ASKED.dump_json(asked).decode())

    async def _awaited(self, asked: Asked) -> Outcome:
        look = _FIRST_LOOK
        with self._news.of(asked.saga) as told:
            while True:
                told.clear()
                async with self._database.reading() as work:
                    outcome = await _look(work, asked)
                if outcome is not None:
                    return outcome
                try:
                    await asyncio.wait_for(told.wait(), look)
                except TimeoutError:
                    # Another process carries it out, or will: nobody here tells.
                    look = min(_LONGEST_LOOK, look * 1.5)

    @asynccontextmanager
    async def _in_time(self, *, first: bool) -> AsyncIterator[None]:
        due = self._deadline()
        if due is not None:
            left = due - asyncio.get_running_loop().time()
            due -= max(_LEAST_MARGIN, left * _MARGIN_SHARE)
        limit = asyncio.timeout_at(due)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            if first:
                raise TimedOut(
                    "The order is still being carried out. Repeat the request with its key."
                ) from None
            raise in_progress() from None


async def _look(work: Work, asked: Asked) -> Outcome | None:
    """The answer to this attempt; None while it is under way."""
    record = await work.idempotency.get(asked.key)
    if record is None or record.reply is None:
        return None
    if record.attempt != asked.attempt:
        # This one came to nothing, and somebody has asked again since.
        raise in_progress()
    return _OUTCOME.validate_json(record.reply)


async def write_answer(work: Work, asked: Asked, outcome: Outcome) -> None:
    """Write down what the saga answers. A refusal that may pass leaves the key open."""
    passes = outcome.failure is not None and not error_of(outcome.failure).final
    await work.idempotency.finish(
        asked.key, _OUTCOME.dump_json(outcome).decode(), attempt=asked.attempt, open=passes
    )


def error_of(failure: Failure) -> StoreError:
    """The refusal, as it is raised to callers."""
    return restored(
        failure.code,
        failure.detail,
        faults=failure.faults,
        retry_after=failure.retry_after,
        step=failure.step,
    )
