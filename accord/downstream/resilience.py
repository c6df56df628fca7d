"""A call from its beginning to its end: how often it is attempted, and when it is given up.

What an attempt does is the transport's business; here is only what it takes and what it tells.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from accord.downstream import log, retries
from accord.downstream.errors import DownstreamError, DownstreamUnavailable
from accord.downstream.guard import Attempt, Guard, Kind, R
from accord.downstream.hedge import hedged
from accord.downstream.policy import CallPolicy, Downstream, Retries
from accord.runtime import context

_NOT_CALLED = frozenset({"breaker_open", "bulkhead_full", "deadline"})
_MENDABLE = frozenset({"connection", "garbage", "connect_timeout", "read_timeout"})


@dataclass(frozen=True, slots=True)
class Call:
    """`operation` is a name for figures; `repeatable`: may be carried out twice; `hedged`: may be
    asked a second time while the first has had no answer."""

    operation: str
    policy: CallPolicy
    repeatable: bool
    hedged: bool = False


class Resilience:
    """Makes all calls to one service. `jitter` gives 0 to 1."""

    def __init__(
        self, downstream: Downstream, *, jitter: Callable[[], float] = random.random
    ) -> None:
        self.guard = Guard(downstream)
        self._jitter = jitter

    async def call(self, call: Call, attempt: Attempt[R]) -> R:
        """What `attempt` gives, made as often as the policy allows.

        Raises the DownstreamError of the last attempt that was sent, within the policy's total
        and the caller's deadline. A cancellation stays one.
        """
        now = asyncio.get_running_loop().time
        started = now()
        due = started + call.policy.timeouts.total
        deadline = context.deadline.get()
        if deadline is not None and deadline < due:
            due = deadline
        outcome = "abandoned"
        try:
            result = await self._repeated(call, attempt, due)
            outcome = "ok"
            return result
        except DownstreamError as error:
            outcome = error.outcome
            self.guard.figures.failures[error.reason] += 1
            milliseconds = round((now() - started) * 1000, 1)
            log.call_failed(error, operation=call.operation, duration_ms=milliseconds)
            raise
        finally:
            self.guard.figures.observe(call.operation, outcome, now() - started)

    async def _repeated(self, call: Call, attempt: Attempt[R], due: float) -> R:
        last: DownstreamError | None = None
        while True:
            try:
                kind: Kind = "first" if last is None else "retry"
                if call.hedged:
                    return await hedged(self.guard, attempt, call.policy, due, kind)
                return await self.guard.once(attempt, call.policy, due, kind)
            except DownstreamError as error:
                if error.reason in _NOT_CALLED:
                    # What the service said the time before tells more than that it was not asked.
                    raise last or error from None
                error.attempts = 1 if last is None else last.attempts + 1
                error.sent = error.sent or (last is not None and last.sent)
                pause = self._pause(call, error, due)
                if pause is None:
                    raise
                last = error
            await asyncio.sleep(pause)

    def _pause(self, call: Call, error: DownstreamError, due: float) -> float | None:
        """Seconds until the next attempt; None: there is none."""
        policy = call.policy.retries
        if not call.repeatable or error.attempts >= policy.attempts or not _may_mend(policy, error):
            return None
        pause = (error.retry_after or 0.0) + retries.pause(policy, error.attempts, self._jitter)
        if asyncio.get_running_loop().time() + pause >= due:
            return None
        if not self.guard.budget.spend():
            self.guard.figures.retries_forgone += 1
            return None
        return pause


def _may_mend(policy: Retries, error: DownstreamError) -> bool:
    if isinstance(error, DownstreamUnavailable) and error.status is not None:
        return error.status in policy.statuses
    return error.reason in _MENDABLE
