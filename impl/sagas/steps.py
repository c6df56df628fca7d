"""The steps of a saga, carried out in order and undone in reverse.

Whatever a step comes to is a `Result`, and a `Journal` writes it down before anything is decided
by it. So a process that takes a saga over decides as the one before it did, and one that has lost
a saga without knowing it, because it was frozen say, cannot decide anything any more.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Protocol

from impl.domain.errors import Defect, Rejected, StoreError, TimedOut
from impl.domain.orders import Failure, Order

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_ATTEMPT = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """`run` takes the order as it is known and gives it as it then is.

    `undo` is registered before `run` is called, because a call that failed may have had its
    effect: it must do no harm where there is nothing to undo, and may be repeated. A step that
    `insists` is repeated until it succeeds or is refused, and after it there is no way back. A
    failed step that is not `needed` is logged and passed over.
    """

    name: str
    run: Callable[[Order], Awaitable[Order]]
    undo: Callable[[Order], Awaitable[None]] | None = None
    insists: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What a step came to: the order, where it says something of it, or the `failure`. A failed
    step may have had its effect all the same: `unsure`."""

    order: Order | None = None
    failure: Failure | None = None
    unsure: bool = False


Run = Callable[[], Awaitable[Order | None]]
Work = Callable[[], Awaitable[Result]]
"""Raises nothing but a cancellation."""


class Journal(Protocol):
    """Where a saga writes down what its steps came to."""

    async def once(self, name: str, work: Work) -> Result:
        """What `work` gives, or what it gave when this step was written down before."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds: `steps` bounds all steps that do not insist together, `patience` how long a step
    that insists, or an undo, is repeated before a person has to look at it."""

    steps: float
    patience: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a saga ended: all of it done (no `failure`), or undone, but for what is `stuck`: the
    failures of the steps that could be neither done nor undone."""

    order: Order
    failure: Failure | None = None
    stuck: tuple[Failure, ...] = ()


async def carry_out(steps: Sequence[Step], order: Order, journal: Journal, limits: Limits) -> Ended:
    """Carry `steps` out; where one fails, undo those that were begun, the latest first."""
    due = asyncio.get_running_loop().time() + limits.steps
    begun: list[Step] = []
    no_way_back = False
    for step in steps:
        begun.append(step)
        run = partial(step.run, order)
        if step.insists:
            work = insisting(step.name, run, limits.patience)
        else:
            work = _trying(step.name, run, due)
        result = await journal.once(step.name, work)
        if result.failure is None:
            order = result.order or order
            no_way_back = no_way_back or step.insists
            continue
        if not step.needed:
            _log.warning("step %s failed and was passed over: %s", step.name, result.failure.detail)
            continue
        if no_way_back or (step.insists and result.unsure):
            return Ended(order, result.failure, (result.failure,))
        if not result.unsure:
            begun.pop()
        return Ended(order, result.failure, await undo(begun, order, journal, limits))
    return Ended(order)


async def undo(
    steps: Sequence[Step], order: Order, journal: Journal, limits: Limits
) -> tuple[Failure, ...]:
    """Undo `steps`, the last first; gives the failures of those that could not be undone."""
    stuck = []
    for step in reversed(steps):
        if step.undo is not None:
            name = f"undo {step.name}"
            result = await journal.once(
                name, insisting(name, partial(step.undo, order), limits.patience)
            )
            if result.failure is not None:
                stuck.append(replace(result.failure, step=step.name))
    return tuple(stuck)


def insisting(name: str, run: Run, patience: float = inf) -> Work:
    """Work that repeats `run` until it succeeds, is refused, or `patience` (seconds) is over."""

    async def work() -> Result:
        now = asyncio.get_running_loop().time
        give_up = now() + patience
        attempt = 0
        while True:
            attempt += 1
            try:
                async with asyncio.timeout(_ATTEMPT):
                    return Result(await run())
            except Exception as error:
                result = _failed(name, error)
                _log.warning("%s failed (attempt %d): %r", name, attempt, error)
            # Full jitter: many orders that fail together do not come back together.
            pause = random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempt, 10)))
            if not result.unsure or now() + pause >= give_up:
                return result
            await asyncio.sleep(pause)

    return work


def _trying(name: str, run: Run, due: float) -> Work:
    async def work() -> Result:
        try:
            async with asyncio.timeout_at(due):
                return Result(await run())
        except Exception as error:
            return _failed(name, error)

    return work


def _failed(name: str, error: Exception) -> Result:
    if isinstance(error, TimeoutError):
        error = TimedOut(f"The step {name} did not end in time.")
    if isinstance(error, StoreError):
        failure = Failure(name, error.code, error.detail, error.faults, error.retry_after)
        return Result(failure=failure, unsure=not error.final)
    _log.error("%s failed", name, exc_info=error)
    defect = Failure(name, Defect.code, "The request could not be completed.")
    # A refusal had no effect; of what a defect of ours broke off nobody knows.
    return Result(failure=defect, unsure=not isinstance(error, Rejected))
