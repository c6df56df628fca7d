"""A service that is down as a whole: it is left alone, the others are not touched, and it is
found again."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from accord.downstream import (
    BreakerPolicy,
    CallPolicy,
    DownstreamClient,
    DownstreamError,
    DownstreamMetrics,
    DownstreamUnavailable,
    RetryBudget,
    Timeouts,
)
from accord.downstream.breaker import State
from impl.fakes import Fakes
from tests.resilience.downstream.calls import at_most, came, create, due_in, read, tell
from tests.resilience.downstream.conftest import Open

QUICK = CallPolicy(timeouts=Timeouts(read=0.1, total=0.3))
BREAKER = BreakerPolicy(window=2, least_calls=10, pause=0.2, longest_pause=0.4, probes=2)
NEVER_OPENS = BreakerPolicy(least_calls=10**9)


def state_of(client: DownstreamClient) -> State:
    return client.resilience.guard.breaker.state


async def outcomes(client: DownstreamClient, calls: int, *, at_once: int = 8) -> list[str]:
    """How so many reads ended: `ok`, or the reason why not."""
    ends: list[str] = []
    left = iter(range(calls))

    async def caller() -> None:
        for _ in left:
            try:
                await read(client)
                ends.append("ok")
            except DownstreamError as error:
                ends.append(error.reason)
            await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(caller())
    return ends


@pytest.mark.parametrize("kind", ["hang", "reset", "fail"])
async def test_an_outage_from_beginning_to_end(fakes: Fakes, open_to: Open, kind: str) -> None:
    """Attempts are at most 1.2 times the calls, most calls fail at once, and the breaker closes
    by itself when the service is back."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": kind})
    ends = await outcomes(client, 300)
    assert "ok" not in ends
    assert ends.count("breaker_open") > 150
    assert came(fakes, "customers") <= 1.2 * len(ends)
    assert client.resilience.guard.breaker.openings >= 1

    fakes.faults.clear()
    async with asyncio.timeout(5):
        while state_of(client) is not State.CLOSED:
            await outcomes(client, 1)
            await asyncio.sleep(0.02)
    assert await outcomes(client, 50) == ["ok"] * 50


async def test_the_budget_bounds_repetitions_by_itself(fakes: Fakes, open_to: Open) -> None:
    """Even where no breaker opens, an outage is not multiplied."""
    client = await open_to(
        "customers",
        policy=QUICK,
        breaker=NEVER_OPENS,
        retry_budget=RetryBudget(ratio=0.1, reserve=5),
    )
    tell(fakes, {"kind": "fail"})
    assert set(await outcomes(client, 200)) == {"status"}
    assert 200 < came(fakes, "customers") <= 200 * 1.1 + 5
    assert client.resilience.guard.figures.retries_forgone > 0


async def test_some_failures_are_mended(fakes: Fakes, open_to: Open) -> None:
    """A service that fails now and then is not seen to by its callers, nor cut off."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "fail", "rate": 0.05}, seed=3)
    ends = await outcomes(client, 200)
    assert ends.count("ok") >= 198
    assert client.resilience.guard.breaker.openings == 0


async def test_one_breaker_for_each_service(fakes: Fakes, open_to: Open) -> None:
    """What happens to one service is nothing to another."""
    payments = await open_to("payments", policy=QUICK, breaker=BREAKER)
    customers = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "hang", "service": "payments"})
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(_failing(payments.request("get", "/payments/pay_2k3l4m5n6o")))
    assert state_of(payments) is State.OPEN
    with at_most(0.1):
        await read(customers)
    assert state_of(customers) is State.CLOSED


async def test_probes_are_bounded(fakes: Fakes, open_to: Open) -> None:
    """When the pause is over, a crowd that comes at once does not fall upon the service."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "fail"})
    await outcomes(client, 50)
    assert state_of(client) is State.OPEN
    await asyncio.sleep(0.45)
    tell(fakes, {"kind": "hang"})
    before = came(fakes, "customers")
    ends = await outcomes(client, 50, at_once=50)
    assert came(fakes, "customers") - before <= BREAKER.probes
    assert ends.count("breaker_open") >= 48


async def test_cancelled_probes_give_their_permits_back(fakes: Fakes, open_to: Open) -> None:
    """Callers that go away while they probe do not keep the service cut off."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "fail"})
    await outcomes(client, 50)
    await asyncio.sleep(0.45)
    tell(fakes, {"kind": "hang"})
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await read(client)
    assert state_of(client) is State.HALF_OPEN
    fakes.faults.clear()
    assert await outcomes(client, 4, at_once=1) == ["ok"] * 4
    assert state_of(client) is State.CLOSED


async def test_open_says_when_to_come_back(fakes: Fakes, open_to: Open) -> None:
    """A call that is not made says so: nothing was sent, and when it may be worth trying."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "fail"})
    await outcomes(client, 50)
    with at_most(0), pytest.raises(DownstreamUnavailable) as caught:
        await create(client, key="k-1")
    assert (caught.value.reason, caught.value.sent) == ("breaker_open", False)
    assert caught.value.retry_after is not None
    assert 0 <= caught.value.retry_after <= 0.4


async def test_hasty_callers_do_not_cut_off_the_others(fakes: Fakes, open_to: Open) -> None:
    """Deadlines that no service could keep say nothing about the service."""
    client = await open_to("customers", breaker=BREAKER)
    tell(fakes, {"kind": "slow", "seconds": 0.1})
    for _ in range(20):
        with due_in(0.01), pytest.raises(DownstreamError):
            await read(client)
    assert state_of(client) is State.CLOSED


async def test_patient_callers_that_give_up_are_heard(fakes: Fakes, open_to: Open) -> None:
    """A service that hangs is noticed too where callers end their calls by cancelling them."""
    breaker = BreakerPolicy(least_calls=10, patience=0.1)
    client = await open_to("customers", policy=CallPolicy(), breaker=breaker)
    tell(fakes, {"kind": "hang"})

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await read(client)

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(give_up())
    assert state_of(client) is State.OPEN


async def test_limits_do_not_open_the_breaker(fakes: Fakes, open_to: Open) -> None:
    """A service that says "too many" is well."""
    client = await open_to("customers", policy=QUICK, breaker=BREAKER)
    tell(fakes, {"kind": "limit", "retry_after": 30})
    assert set(await outcomes(client, 50)) == {"retry_after"}
    assert state_of(client) is State.CLOSED


async def test_a_service_takes_up_so_much_and_no_more(fakes: Fakes, open_to: Open) -> None:
    """Beyond those under way and those that wait, calls are turned away at once; the wait too
    has an end."""
    client = await open_to(
        "customers", policy=QUICK, max_connections=3, max_waiting=2, longest_wait=0.05
    )
    tell(fakes, {"kind": "hang"})
    now = asyncio.get_running_loop().time
    ends: list[tuple[str, bool, float]] = []

    async def caller() -> None:
        start = now()
        with pytest.raises(DownstreamError) as caught:
            await create(client)
        ends.append((caught.value.reason, caught.value.sent, now() - start))

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(caller())
    turned_away = [end for end in ends if end[0] == "bulkhead_full"]
    assert len(turned_away) == 7
    assert not any(sent for _, sent, _ in turned_away)
    assert [seconds > 0.04 for *_, seconds in turned_away].count(True) == 2
    assert came(fakes, "customers") == 3
    assert client.resilience.guard.bulkhead.in_use == 0


async def test_figures(fakes: Fakes, open_to: Open) -> None:
    """Calls, attempts, failures and states are there to be scraped, and gone with the client."""
    registry = CollectorRegistry()
    client = await open_to(
        "customers", metrics=DownstreamMetrics(registry), policy=QUICK, breaker=BREAKER
    )
    await read(client)
    tell(fakes, {"kind": "fail", "count": 1})
    await read(client)
    tell(fakes, {"kind": "reset"})
    await outcomes(client, 30)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"downstream_{name}", {"service": "customers", **labels})

    assert value("calls_total", operation="GET", outcome="ok") == 2
    assert value("calls_total", operation="GET", outcome="unavailable") == 30
    assert value("call_duration_seconds_count", operation="GET") == 32
    reached = (value("attempts_total", kind="first") or 0) + (
        value("attempts_total", kind="retry") or 0
    )
    assert reached == came(fakes, "customers")
    assert value("failures_total", reason="breaker_open")
    assert value("breaker_state") == State.OPEN.value
    assert value("breaker_openings_total") == 1
    assert value("bulkhead_in_use") == value("bulkhead_waiting") == 0


async def _failing(call: object) -> None:
    with pytest.raises(DownstreamError):
        await call  # type: ignore[misc]
