"""The breaker, against a model that remembers everything and counts anew each time."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from accord.downstream import BreakerPolicy
from accord.downstream.breaker import Breaker, Permit, State

# Binary fractions, so that sums of times are exact.
WINDOW, PAUSE, LONGEST = 8.0, 2.0, 5.0
POLICY = BreakerPolicy(
    window=WINDOW,
    least_calls=4,
    failure_share=0.5,
    pause=PAUSE,
    longest_pause=LONGEST,
    probes=2,
)


class BreakerMachine(RuleBasedStateMachine):
    """The model keeps the outcomes of the present closed period as a list, and permits with the
    period in which they were given; it has no counters that could go wrong together."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(POLICY)
        self.now = 1000.0
        self.state = "closed"
        self.period = 0
        self.outcomes: list[tuple[float, bool]] = []
        self.open_until = 0.0
        self.reopened = 0
        self.probes: dict[int, str] = {}
        self.given = 0

    @rule(seconds=st.sampled_from([0.0, 0.125, 0.5, 1.0, 2.0, 3.5, 7.25, 100.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=permits)
    def admit(self) -> tuple[Permit | None, int, int]:
        """Gives the permit, the model's period and the number of the call."""
        expected = self._admits()
        assert self.breaker.admits(self.now) is expected
        permit = self.breaker.admit(self.now)
        assert (permit is not None) is expected
        if not expected:
            return None, -1, -1
        if self.state == "open":
            self._turn("half_open")
            self.probes = {}
        self.given += 1
        if self.state == "half_open":
            self.probes[self.given] = "running"
        return permit, self.period, self.given

    @rule(given=consumes(permits))
    def succeed(self, given: tuple[Permit | None, int, int]) -> None:
        permit, period, number = given
        if permit is None:
            return
        self.breaker.succeeded(permit, self.now)
        if period != self.period:
            return
        if self.state == "closed":
            self.outcomes.append((self.now, True))
        else:
            self.probes[number] = "good"
            if list(self.probes.values()).count("good") == POLICY.probes:
                self._turn("closed")
                self.outcomes, self.reopened = [], 0

    @rule(given=consumes(permits))
    def fail(self, given: tuple[Permit | None, int, int]) -> None:
        permit, period, _ = given
        if permit is None:
            return
        self.breaker.failed(permit, self.now)
        if period != self.period:
            return
        if self.state == "half_open":
            self.reopened += 1
            self._open()
            return
        self.outcomes.append((self.now, False))
        bucket = WINDOW / 10
        oldest = int(self.now / bucket) - 9
        recent = [good for at, good in self.outcomes if int(at / bucket) >= oldest]
        if len(recent) >= POLICY.least_calls and recent.count(False) * 2 >= len(recent):
            self._open()

    @rule(given=consumes(permits))
    def release(self, given: tuple[Permit | None, int, int]) -> None:
        permit, period, number = given
        if permit is None:
            return
        self.breaker.released(permit)
        if period == self.period and self.state == "half_open":
            del self.probes[number]

    @invariant()
    def same_state(self) -> None:
        assert self.breaker.state.name.lower() == self.state
        assert self.breaker.retry_in(self.now) == (
            max(0.0, self.open_until - self.now) if self.state == "open" else 0.0
        )

    @invariant()
    def few_probes(self) -> None:
        if self.state == "half_open":
            assert len(self.probes) <= POLICY.probes

    def _admits(self) -> bool:
        match self.state:
            case "closed":
                return True
            case "open":
                return self.now >= self.open_until
        return len(self.probes) < POLICY.probes

    def _open(self) -> None:
        self._turn("open")
        self.open_until = self.now + min(LONGEST, PAUSE * 2**self.reopened)

    def _turn(self, state: str) -> None:
        self.state = state
        self.period += 1


BreakerMachine.TestCase.settings = settings(
    max_examples=200, stateful_step_count=60, deadline=None, derandomize=True
)
TestBreaker = BreakerMachine.TestCase


def opened(now: float) -> Breaker:
    breaker = Breaker(POLICY)
    for _ in range(POLICY.least_calls):
        permit = breaker.admit(now)
        assert permit is not None
        breaker.failed(permit, now)
    assert breaker.state is State.OPEN
    return breaker


def test_probes_are_few() -> None:
    """Half open, no more than `probes` calls are let through, however many come."""
    breaker = opened(100.0)
    permits = [breaker.admit(100.0 + PAUSE) for _ in range(50)]
    assert sum(permit is not None for permit in permits) == POLICY.probes


def test_a_cancelled_probe_gives_its_permit_back() -> None:
    """Callers that go away do not keep the breaker half open for ever."""
    breaker = opened(100.0)
    for _ in range(20):
        permit = breaker.admit(102.0)
        assert permit is not None
        breaker.released(permit)
    for _ in range(POLICY.probes):
        permit = breaker.admit(102.0)
        assert permit is not None
        breaker.succeeded(permit, 102.0)
    assert breaker.state is State.CLOSED


def test_a_late_verdict_is_ignored() -> None:
    """A call from before the outage, or a probe of an earlier time, decides nothing."""
    breaker = Breaker(POLICY)
    early = breaker.admit(100.0)
    assert early is not None
    for _ in range(POLICY.least_calls):
        breaker.failed(early, 100.0)
    old_probe = breaker.admit(102.0)
    second = breaker.admit(102.0)
    assert old_probe is not None
    assert second is not None
    breaker.failed(second, 102.0)
    probe = breaker.admit(110.0)
    assert probe is not None
    for stale in (early, old_probe):
        breaker.failed(stale, 110.0)
        breaker.succeeded(stale, 110.0)
        breaker.released(stale)
    assert breaker.state is State.HALF_OPEN
    assert breaker.admit(110.0) is not None
    assert breaker.admit(110.0) is None


def test_few_failures_are_no_outage() -> None:
    """Below `least_calls` nothing opens; old failures are forgotten."""
    breaker = Breaker(POLICY)
    for now in (0.0, 1.0, 2.0, 20.0, 21.0, 22.0):
        permit = breaker.admit(now)
        assert permit is not None
        breaker.failed(permit, now)
    assert breaker.state is State.CLOSED


def test_wrong_policies_are_refused() -> None:
    """A policy that cannot work is an error where it is written."""
    with pytest.raises(ValueError, match="window is 0"):
        BreakerPolicy(window=0)
    with pytest.raises(ValueError, match="at most 1"):
        BreakerPolicy(failure_share=1.5)
