"""The steps of an undertaking, carried out in order and undone in reverse."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from impl.domain.errors import Rejected, StoreError, TimedOut

S = TypeVar("S")
_log = logging.getLogger(__name__)

_UNDO_ATTEMPTS = 5
_UNDO_PAUSE = 0.2
_UNDO_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """`run` takes the state and gives the next one; `undo` takes the state as far as it is known.

    `undo` is registered before `run` is called, because a call that failed may have had its
    effect: it must do no harm where there is nothing to undo, and may be repeated. A failed step
    that is not `needed` is logged and passed over.
    """

    name: str
    run: Callable[[S], Awaitable[S]]
    undo: Callable[[S], Awaitable[None]] | None = None
    needed: bool = True


class StepFailed(Exception, Generic[S]):
    """A needed step failed and those before it were undone, except those in `stuck`."""

    def __init__(self, step: str, cause: Exception, state: S, stuck: tuple[str, ...]) -> None:
        super().__init__(f"{step}: {cause}")
        self.step = step
        self.cause = cause
        self.state = state
        self.stuck = stuck


async def carry_out(steps: Sequence[Step[S]], state: S, *, seconds: float) -> S:
    """The state after all steps. `seconds` bound the steps, not their undoing.

    Raises `StepFailed`. Cancellation undoes nothing: whoever takes over repeats the steps.
    """
    due = asyncio.get_running_loop().time() + seconds
    registered: list[Step[S]] = []
    for step in steps:
        registered.append(step)
        try:
            async with asyncio.timeout_at(due):
                state = await step.run(state)
        except Exception as error:
            if not step.needed:
                _log.warning("step %s failed and was passed over: %r", step.name, error)
                continue
            cause = error
            if isinstance(error, TimeoutError):
                cause = TimedOut(f"The step {step.name} did not end in time.")
            if not _may_have_happened(cause):
                registered.pop()
            stuck = await undo(registered, state)
            raise StepFailed(step.name, cause, state, stuck) from error
    return state


async def undo(registered: Sequence[Step[S]], state: S) -> tuple[str, ...]:
    """Undo steps, the last one first; the names of those that could not be undone."""
    return tuple(
        [
            step.name
            for step in reversed(registered)
            if step.undo is not None and not await _undone(step.name, step.undo, state)
        ]
    )


async def _undone(name: str, undo: Callable[[S], Awaitable[None]], state: S) -> bool:
    for attempt in range(_UNDO_ATTEMPTS):
        if attempt:
            # Full jitter: many orders that fail together do not come back together.
            await asyncio.sleep(random.uniform(0, _UNDO_PAUSE * 2**attempt))
        try:
            async with asyncio.timeout(_UNDO_SECONDS):
                await undo(state)
        except Exception as error:
            _log.warning("step %s was not undone (attempt %d): %r", name, attempt + 1, error)
            if not _may_have_happened(error):
                return False
        else:
            return True
    return False


def _may_have_happened(error: Exception) -> bool:
    """Whether the call that failed may have had its effect: a refusal had none."""
    refused = isinstance(error, Rejected) or (isinstance(error, StoreError) and error.final)
    return not refused
