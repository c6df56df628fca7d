"""A circuit breaker: stops calling a service that fails, and finds out carefully when it is back.

    closed     everybody is let through; outcomes are counted over a sliding window
    open       nobody is let through until the pause is over
    half_open  a bounded number of probes is let through; what they meet decides

A state machine and nothing else: no clock, no tasks, no I/O. `now` is in seconds of any clock that
never goes back.
"""

from __future__ import annotations

from enum import Enum

from accord.downstream.policy import BreakerPolicy

_BUCKETS = 10

Permit = int
"""The generation of the breaker that let a call through; it changes with each state."""


class State(Enum):
    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class Breaker:
    """The breaker of one service.

    Each permit that `admit` gives is handed back exactly once, to `succeeded`, `failed` or
    `released`. The verdict of a call that was let through before the last change of state is
    ignored: it tells of another time.
    """

    def __init__(self, policy: BreakerPolicy) -> None:
        self.policy = policy
        self.state = State.CLOSED
        self.openings = 0
        self._generation: Permit = 0
        self._window = _Window(policy.window)
        self._pause = policy.pause
        self._open_until = 0.0
        self._probing = 0
        self._proven = 0

    def admits(self, now: float) -> bool:
        """Whether `admit` would give a permit."""
        match self.state:
            case State.CLOSED:
                return True
            case State.OPEN:
                return now >= self._open_until
            case State.HALF_OPEN:
                return self._probing + self._proven < self.policy.probes

    def admit(self, now: float) -> Permit | None:
        """A permit to make one call, or None."""
        if self.state is State.CLOSED:
            return self._generation
        if not self.admits(now):
            return None
        if self.state is State.OPEN:
            self._enter(State.HALF_OPEN)
            self._probing = self._proven = 0
        self._probing += 1
        return self._generation

    def succeeded(self, permit: Permit, now: float) -> None:
        """The service answered."""
        if permit != self._generation:
            return
        if self.state is State.CLOSED:
            self._window.count(now, failed=False)
            return
        self._probing -= 1
        self._proven += 1
        if self._proven >= self.policy.probes:
            self._enter(State.CLOSED)
            self._window.clear()
            self._pause = self.policy.pause

    def failed(self, permit: Permit, now: float) -> None:
        """The service did not answer, or answered that it cannot."""
        if permit != self._generation:
            return
        if self.state is State.HALF_OPEN:
            self._pause = min(self._pause * 2, self.policy.longest_pause)
            self._open(now)
            return
        calls, failures = self._window.count(now, failed=True)
        if calls >= self.policy.least_calls and failures >= calls * self.policy.failure_share:
            self._open(now)

    def released(self, permit: Permit) -> None:
        """The call ended without telling anything about the service."""
        if permit == self._generation and self.state is State.HALF_OPEN:
            self._probing -= 1

    def retry_in(self, now: float) -> float:
        """Seconds until a call may be let through; 0 unless open."""
        return max(0.0, self._open_until - now) if self.state is State.OPEN else 0.0

    def _open(self, now: float) -> None:
        self._enter(State.OPEN)
        self.openings += 1
        self._open_until = now + self._pause

    def _enter(self, state: State) -> None:
        self.state = state
        self._generation += 1


class _Window:
    """Calls and failures of the last `seconds`, in a ring of buckets.

    What it forgets, it forgets by the bucket: a tenth of the window at a time.
    """

    def __init__(self, seconds: float) -> None:
        self._width = seconds / _BUCKETS
        self._calls = [0] * _BUCKETS
        self._failures = [0] * _BUCKETS
        self._all_calls = self._all_failures = 0
        self._tick = 0

    def count(self, now: float, *, failed: bool) -> tuple[int, int]:
        """Adds an outcome; gives calls and failures within the window."""
        tick = int(now / self._width)
        if tick > self._tick:
            self._forget(tick)
        place = self._tick % _BUCKETS
        self._calls[place] += 1
        self._all_calls += 1
        if failed:
            self._failures[place] += 1
            self._all_failures += 1
        return self._all_calls, self._all_failures

    def clear(self) -> None:
        self._calls = [0] * _BUCKETS
        self._failures = [0] * _BUCKETS
        self._all_calls = self._all_failures = 0

    def _forget(self, tick: int) -> None:
        for each in range(max(self._tick + 1, tick - _BUCKETS + 1), tick + 1):
            place = each % _BUCKETS
            self._all_calls -= self._calls[place]
            self._all_failures -= self._failures[place]
            self._calls[place] = self._failures[place] = 0
        self._tick = tick
