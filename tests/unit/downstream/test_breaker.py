"""The breaker, against a model that remembers everything and counts anew each time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from accord.downstream import BreakerPolicy
from accord.downstream.breaker import Breaker, Permit, State, _Window

# Binary fractions, so that sums of times are exact.
WINDOW, PAUSE, LONGEST = 10.0, 2.0, 5.0
BUCKET = WINDOW / 10
ENDS = ("succeed", "fail", "release")
Given = tuple[Permit, int, int]
"""A permit, the period of the model in which it was given, and the number of the call."""
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

    @rule(seconds=st.sampled_from([0.125, 1.0, 2.0, 5.0, 8.0, 9.0, 10.0, 100.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=permits, number=st.integers(1, 3))
    def begin(self, number: int) -> Any:
        return multiple(*(self._admit() for _ in range(number)))

    @rule(held=consumes(permits), end=st.sampled_from(ENDS))
    def finish(self, held: Given | None, end: str) -> None:
        self._end(held, end)

    @rule(ends=st.lists(st.sampled_from(ENDS), min_size=1, max_size=8))
    def calls_one_after_the_other(self, ends: list[str]) -> None:
        for end in ends:
            self._end(self._admit(), end)

    @rule(target=permits, number=st.integers(1, 3))
    def outage_and_probe(self, number: int) -> Given | None:
        """However things stand, opens the breaker and goes to the moment of the first probe."""
        for _ in range(number * POLICY.least_calls):
            self._end(self._admit(), "fail")
        self.now = max(self.now, self.open_until)
        return self._admit()

    def _admit(self) -> Given | None:
        expected = self._admits()
        assert self.breaker.admits(self.now) is expected
        permit = self.breaker.admit(self.now)
        assert (permit is not None) is expected
        if permit is None:
            return None
        if self.state == "open":
            self._turn("half_open")
            self.probes = {}
        self.given += 1
        if self.state == "half_open":
            self.probes[self.given] = "running"
        return permit, self.period, self.given

    def _end(self, given: Given | None, end: str) -> None:
        if given is None:
            return
        permit, period, number = given
        match end:
            case "succeed":
                self.breaker.succeeded(permit, self.now)
            case "fail":
                self.breaker.failed(permit, self.now)
            case _:
                self.breaker.released(permit)
        if period != self.period:
            return
        if self.state == "closed":
            self._count(end)
        elif end == "succeed":
            self.probes[number] = "good"
            if list(self.probes.values()).count("good") == POLICY.probes:
                self._turn("closed")
                self.outcomes, self.reopened = [], 0
        elif end == "fail":
            self.reopened += 1
            self._open()
        else:
            del self.probes[number]

    def _count(self, end: str) -> None:
        if end == "release":
            return
        self.outcomes.append((self.now, end == "succeed"))
        oldest = int(self.now / BUCKET) - 9
        recent = [good for at, good in self.outcomes if int(at / BUCKET) >= oldest]
        enough = len(recent) >= POLICY.least_calls and recent.count(False) * 2 >= len(recent)
        if end == "fail" and enough:
            self._open()

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
    max_examples=200, stateful_step_count=40, deadline=None, derandomize=True
)
TestBreaker = BreakerMachine.TestCase


@given(st.lists(st.tuples(st.integers(0, 25), st.booleans()), max_size=40))
def test_the_window_forgets_by_the_bucket(steps: list[tuple[int, bool]]) -> None:
    """Whatever the pauses between calls, those of the last ten buckets are counted, each once."""
    window = _Window(10.0)
    ended: list[tuple[int, bool]] = []
    now = 1000
    for pause, failed in steps:
        now += pause
        ended.append((now, failed))
        recent = [bad for at, bad in ended if at > now - 10]
        assert window.count(float(now), failed=failed) == (len(recent), recent.count(True))


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
