"""Pauses, budgets, `Retry-After`, and the policy of a call."""

from __future__ import annotations

import random
import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.downstream import CallPolicy, Downstream, Retries, RetryBudget, Timeouts
from accord.downstream.policy import Policies
from accord.downstream.retries import Budget, pause, retry_after


def test_pauses_start_small_and_double() -> None:
    """The first pause is tens of milliseconds at most, not seconds; the longest is bounded."""
    policy = Retries()
    longest = [pause(policy, attempts, lambda: 1.0) for attempts in range(1, 8)]
    assert longest == [0.03, 0.06, 0.12, 0.24, 0.48, 0.96, 1.0]
    assert pause(policy, 100_000, lambda: 1.0) == 1.0


def test_pauses_have_full_jitter() -> None:
    """Any pause from none to the longest may be drawn: calls that fail together spread out."""
    dice = random.Random(1)
    drawn = [pause(Retries(), 4, dice.random) for _ in range(1000)]
    assert min(drawn) < 0.01
    assert max(drawn) > 0.23
    assert 0.11 < sum(drawn) / len(drawn) < 0.13


@given(
    st.floats(0, 0.5),
    st.integers(0, 20),
    st.lists(st.booleans(), max_size=300),
)
def test_attempts_stay_within_the_budget(ratio: float, reserve: int, asks: list[bool]) -> None:
    """Repetitions are at most `ratio` times the calls, and the reserve, whoever asks for them."""
    budget = Budget(RetryBudget(ratio=ratio, reserve=reserve))
    spent = calls = 0
    for ask in asks:
        if ask:
            spent += budget.spend()
        else:
            budget.earn()
            calls += 1
    assert spent <= ratio * calls + reserve + 1e-6


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 400, 999_999_999.0),
        ("Wed, 04 Mar 2026 05:06:07 GMT", 0.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    """Seconds and dates are understood, a date gone by is now; anything else is no wish."""
    assert retry_after(header) == seconds


def test_retry_after_a_date() -> None:
    """A date is as far away as the clock says."""
    wait = retry_after(formatdate(time.time() + 60, usegmt=True))
    assert wait is not None
    assert 55 < wait <= 60


@pytest.mark.parametrize(
    ("method", "has_key", "may"),
    [
        ("GET", False, True),
        ("HEAD", False, True),
        ("PUT", False, True),
        ("DELETE", False, True),
        ("OPTIONS", False, True),
        ("POST", False, False),
        ("PATCH", False, False),
        ("POST", True, True),
        ("PATCH", True, True),
    ],
)
def test_what_may_be_repeated(method: str, has_key: bool, may: bool) -> None:
    """Idempotent methods, and whatever carries a key; the author's word overrules both."""
    assert CallPolicy().may_repeat(method, has_key=has_key) is may
    assert CallPolicy(repeatable=True).may_repeat(method, has_key=has_key)
    assert not CallPolicy(repeatable=False).may_repeat(method, has_key=has_key)


def test_operations_have_policies_of_their_own() -> None:
    """A policy is found by method and path; figures are named by it, or by the method alone."""
    own = CallPolicy(timeouts=Timeouts(total=60))
    exact = CallPolicy(repeatable=False)
    policies = Policies(
        Downstream(
            service="payments",
            base_url="http://127.0.0.1:1",
            operations={"GET /payments/{id}": own, "GET /payments/latest": exact},
        )
    )
    assert policies.find("GET", "/payments/pay_1") == ("GET /payments/{id}", own)
    assert policies.find("GET", "/payments/a%2Fb?x=/") == ("GET /payments/{id}", own)
    assert policies.find("GET", "/payments/latest") == ("GET /payments/latest", exact)
    assert policies.find("PATCH", "/payments/pay_1") == ("PATCH", CallPolicy())
    assert policies.find("GET", "/payments/1/2") == ("GET", CallPolicy())


def test_wrong_policies_are_refused() -> None:
    """Names that are no operation and times that are none are errors where they are written."""
    with pytest.raises(ValueError, match="payments: 'getPayment' names no operation"):
        Policies(
            Downstream(
                service="payments", base_url="http://a", operations={"getPayment": CallPolicy()}
            )
        )
    with pytest.raises(ValueError, match="Timeouts: read is -1"):
        Timeouts(read=-1)
    with pytest.raises(ValueError, match="hedge_after is 0"):
        CallPolicy(hedge_after=0)
    with pytest.raises(ValueError, match="ratio is 2"):
        RetryBudget(ratio=2)
