"""One attempt at a time: let through by bulkhead and breaker, and judged afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from accord.downstream import log
from accord.downstream.breaker import Breaker, Permit, State
from accord.downstream.bulkhead import Bulkhead
from accord.downstream.errors import (
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
)
from accord.downstream.metrics import Figures
from accord.downstream.policy import CallPolicy, Downstream
from accord.downstream.retries import Budget

R = TypeVar("R")
Kind = Literal["first", "retry", "hedge"]
Attempt = Callable[[float], Awaitable[R]]
"""Sends a request once and gives the answer, within the seconds that it is told.

Raises DownstreamError.
"""

_CLOCK_SLACK = 0.001


class Guard:
    """Stands before one service: one breaker, one bulkhead, one retry budget for all its calls."""

    def __init__(self, downstream: Downstream) -> None:
        self.service = downstream.service
        self.breaker = Breaker(downstream.breaker)
        self.bulkhead = Bulkhead(downstream.max_connections, downstream.max_waiting)
        self.budget = Budget(downstream.retry_budget)
        self.figures = Figures(self.service, self.breaker, self.bulkhead, self.budget)
        self._longest_wait = downstream.longest_wait

    async def once(self, attempt: Attempt[R], policy: CallPolicy, due: float, kind: Kind) -> R:
        """What `attempt` gives by `due`, in seconds of the loop's clock.

        Raises its DownstreamError, or one that says why it was not made.
        """
        now = asyncio.get_running_loop().time
        if not self.breaker.admits(now()):
            raise self._open(now())
        if not self.bulkhead.try_enter():
            await self._wait_for_room(due - now(), kind)
        try:
            begun = now()
            if begun >= due:
                raise DownstreamTimeout(
                    self.service, "not called: no time is left", reason="deadline", sent=False
                )
            permit = self.breaker.admit(begun)
            if permit is None:
                raise self._open(begun)
            if kind == "first":
                self.budget.earn()
            self.figures.attempts[kind] += 1
            try:
                result = await attempt(due - begun)
            except BaseException as error:
                self._judge(permit, error, policy, begun, now())
                raise
            self._succeeded(permit, now())
            return result
        finally:
            self.bulkhead.leave()

    async def _wait_for_room(self, seconds: float, kind: Kind) -> None:
        wait = 0 if kind == "hedge" else min(self._longest_wait, seconds)
        if not await self.bulkhead.enter(wait):
            raise DownstreamUnavailable(
                self.service,
                f"not called: {self.bulkhead.in_use} calls are under way, "
                f"{self.bulkhead.waiting} wait",
                reason="bulkhead_full",
                sent=False,
            )

    def _open(self, now: float) -> DownstreamUnavailable:
        return DownstreamUnavailable(
            self.service,
            "not called: too many calls failed lately",
            reason="breaker_open",
            sent=False,
            retry_after=self.breaker.retry_in(now),
        )

    def _judge(
        self,
        permit: Permit,
        error: BaseException,
        policy: CallPolicy,
        begun: float,
        now: float,
    ) -> None:
        """Tells the breaker what `error` says about the service."""
        match error:
            case DownstreamRefused() | DownstreamUnavailable(status=429):
                self._succeeded(permit, now)
            case (
                DownstreamUnavailable()
                | DownstreamTimeout(reason="connect_timeout" | "read_timeout")
            ):
                self._failed(permit, now)
            case DownstreamError() | asyncio.CancelledError() if self._had_time(
                policy, now - begun
            ):
                self._failed(permit, now)
            case _:
                self.breaker.released(permit)

    def _had_time(self, policy: CallPolicy, seconds: float) -> bool:
        """Whether the service was given a fair chance before its caller gave up."""
        times = policy.timeouts
        fair = min(self.breaker.policy.patience, times.read, times.total)
        return seconds >= fair - _CLOCK_SLACK

    def _succeeded(self, permit: Permit, now: float) -> None:
        before = self.breaker.state
        self.breaker.succeeded(permit, now)
        if self.breaker.state is not before:
            log.breaker_turned(self.service, self.breaker, now)

    def _failed(self, permit: Permit, now: float) -> None:
        before = self.breaker.state
        self.breaker.failed(permit, now)
        if self.breaker.state is State.OPEN and before is not State.OPEN:
            log.breaker_turned(self.service, self.breaker, now)
