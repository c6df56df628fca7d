"""Asking a second time when the first answer is late; the first of the two answers counts."""

from __future__ import annotations

import asyncio

from accord.downstream.errors import DownstreamError
from accord.downstream.guard import Attempt, Guard, Kind, R
from accord.downstream.policy import CallPolicy


async def hedged(
    guard: Guard, attempt: Attempt[R], policy: CallPolicy, due: float, kind: Kind
) -> R:
    """What the first of at most two attempts gives; the other one is cancelled.

    The second is made `policy.hedge_after` seconds after the first if the retry budget pays for it.
    Where both fail, the error is the first one's, which knows of the second's `sent`.
    """
    first = asyncio.create_task(guard.once(attempt, policy, due, kind))
    racers = [first]
    try:
        done, _ = await asyncio.wait(racers, timeout=policy.hedge_after)
        if not done and guard.budget.spend():
            racers.append(asyncio.create_task(guard.once(attempt, policy, due, "hedge")))
        return await _first_answer(racers)
    finally:
        for racer in racers:
            racer.cancel()
        # Their connections are closed and their permits given back before the call ends.
        await asyncio.wait(racers)
        for racer in racers:
            # Looked at, so that asyncio does not report the loser's error as forgotten.
            if not racer.cancelled():
                racer.exception()


async def _first_answer(racers: list[asyncio.Task[R]]) -> R:
    pending = set(racers)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for racer in done:
            if racer.exception() is None:
                return racer.result()
    errors = [racer.exception() for racer in racers]
    if isinstance(errors[0], DownstreamError):
        errors[0].sent = any(isinstance(e, DownstreamError) and e.sent for e in errors)
    return racers[0].result()
