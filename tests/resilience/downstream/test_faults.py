"""Each fault of a service: the right error, in time, and repeated only where it is safe."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from accord.downstream import (
    CallPolicy,
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
    Retries,
    expect,
)
from clients.downstream.customers import AuthenticatedClient
from clients.downstream.customers.api.customers import get_customer
from clients.downstream.customers.models import Customer
from impl.fakes import Fakes, ledger_path
from tests.resilience.downstream.calls import (
    GRACE,
    at_most,
    came,
    create,
    due_in,
    read,
    tell,
)
from tests.resilience.downstream.conftest import QUICK, Open

ONCE = CallPolicy(timeouts=QUICK.timeouts, retries=Retries(attempts=1))
FAULTS: list[tuple[dict[str, Any], type[DownstreamError], str, bool]] = [
    ({"kind": "fail"}, DownstreamUnavailable, "status", True),
    ({"kind": "fail", "status": 500}, DownstreamUnavailable, "status", True),
    ({"kind": "fail", "retry_after": 30}, DownstreamUnavailable, "retry_after", True),
    ({"kind": "limit", "retry_after": 30}, DownstreamUnavailable, "retry_after", False),
    ({"kind": "reset"}, DownstreamUnavailable, "connection", True),
    ({"kind": "lose"}, DownstreamUnavailable, "connection", True),
    ({"kind": "hang"}, DownstreamTimeout, "read_timeout", True),
    ({"kind": "slow", "seconds": 1}, DownstreamTimeout, "read_timeout", True),
]
IDS = ["-".join(str(value) for value in fault.values()) for fault, *_ in FAULTS]


@pytest.mark.parametrize(("fault", "kind", "reason", "sent"), FAULTS, ids=IDS)
async def test_each_fault_has_its_error(
    fakes: Fakes,
    open_to: Open,
    fault: dict[str, Any],
    kind: type[DownstreamError],
    reason: str,
    sent: bool,
) -> None:
    """The type and reason tell what happened, `sent` whether it may have been done; one line each
    is logged."""
    client = await open_to("customers", policy=ONCE)
    tell(fakes, fault)
    with capture_logs() as lines, at_most(0.4), pytest.raises(kind, match="customers") as caught:
        await read(client)
    assert (caught.value.reason, caught.value.sent) == (reason, sent)
    assert caught.value.retry_after == fault.get("retry_after")
    assert [(line["event"], line["reason"], line["attempts"]) for line in lines] == [
        ("downstream_call_failed", reason, 1)
    ]


@pytest.mark.parametrize("fault", [fault for fault, *_ in FAULTS], ids=IDS)
async def test_never_past_the_callers_deadline(
    fakes: Fakes, open_to: Open, fault: dict[str, Any]
) -> None:
    """However often it is repeated, a call is over when its caller's time is."""
    client = await open_to("customers")
    tell(fakes, fault)
    with due_in(0.25), at_most(0.25), pytest.raises(DownstreamError):
        await read(client)


async def test_garbage(fakes: Fakes, open_to: Open) -> None:
    """A success that is not JSON is an error of the service, not of the generated client."""
    http = await open_to("customers")
    client = AuthenticatedClient(fakes["customers"]).set_async_httpx_client(http)
    tell(fakes, {"kind": "garbage"})
    with capture_logs() as lines, pytest.raises(DownstreamUnavailable) as caught:
        await expect("customers", Customer, get_customer.asyncio("cus_8f3k2m9q1z", client=client))
    assert (caught.value.reason, caught.value.sent) == ("garbage", True)
    assert [line["reason"] for line in lines] == ["garbage"]


async def test_no_time_left(fakes: Fakes, open_to: Open) -> None:
    """A deadline that has passed sends nothing."""
    client = await open_to("customers")
    with due_in(-1), pytest.raises(DownstreamTimeout) as caught:
        await read(client)
    assert (caught.value.reason, caught.value.sent) == ("deadline", False)
    assert came(fakes, "customers") == 0


@pytest.mark.parametrize("kind", ["fail", "reset", "lose", "hang", "limit"])
async def test_a_read_is_repeated(fakes: Fakes, open_to: Open, kind: str) -> None:
    """One failure is not seen by the caller where asking again does no harm."""
    client = await open_to("customers")
    extra = {"retry_after": 0} if kind == "limit" else {}
    tell(fakes, {"kind": kind, "count": 1, **extra})
    with at_most(0.5):
        assert (await read(client)).status_code == 200
    assert came(fakes, "customers") == 2


@pytest.mark.parametrize("kind", ["fail", "reset", "lose", "hang", "limit"])
async def test_a_post_without_a_key_is_not_repeated(fakes: Fakes, open_to: Open, kind: str) -> None:
    """Nobody knows whether it was done: it is sent once, whatever happens."""
    client = await open_to("customers")
    extra = {"retry_after": 0} if kind == "limit" else {}
    tell(fakes, {"kind": kind, **extra})
    with pytest.raises(DownstreamError):
        await create(client)
    assert came(fakes, "customers") == 1


async def test_a_lost_answer_does_nothing_twice(ledgers: Path, fakes: Fakes, open_to: Open) -> None:
    """With a key the call is made again, and the service does its work once."""
    client = await open_to("customers")
    tell(fakes, {"kind": "lose", "operation": "createCustomer", "count": 2})
    assert (await create(client, key="lost-1")).status_code == 201
    assert came(fakes, "customers") == 3
    with sqlite3.connect(ledger_path(ledgers, "customers")) as ledger:
        done = ledger.execute("SELECT count(*) FROM effects WHERE key = 'lost-1'").fetchone()
    assert done == (1,)


async def test_refusals_are_not_repeated(fakes: Fakes, open_to: Open) -> None:
    """A no is an answer; it says that nothing was done."""
    client = await open_to("customers")
    with pytest.raises(DownstreamRefused) as caught:
        await client.request("get", "/customers/cus_nobody00")
    assert (caught.value.status, caught.value.sent) == (404, False)
    assert came(fakes, "customers") == 1


async def test_a_refusal_after_a_lost_answer_may_have_been_done(
    fakes: Fakes, open_to: Open
) -> None:
    """`sent` is about the call, not about its last attempt."""
    client = await open_to("customers")
    tell(fakes, {"kind": "reset", "count": 1})
    with pytest.raises(DownstreamRefused) as caught:
        await client.request("get", "/customers/cus_nobody00")
    assert (caught.value.sent, caught.value.attempts) == (True, 2)


async def test_nobody_there_was_not_sent(open_to: Open, fakes: Fakes) -> None:
    """A connection that was refused did nothing."""
    client = await open_to("customers")
    client._origin = "http://127.0.0.1:1"
    with pytest.raises(DownstreamUnavailable) as caught:
        await read(client)
    assert (caught.value.reason, caught.value.sent) == ("connection", False)


@pytest.mark.parametrize("fault", ["limit", "fail"])
async def test_retry_after_is_honoured(fakes: Fakes, open_to: Open, fault: str) -> None:
    """No attempt comes before the time that the service asked for."""
    policy = CallPolicy()
    client = await open_to("customers", policy=policy)
    tell(fakes, {"kind": fault, "retry_after": 1, "count": 1})
    now = asyncio.get_running_loop().time
    start = now()
    assert (await read(client)).status_code == 200
    assert 1 <= now() - start < 1 + GRACE
    assert came(fakes, "customers") == 2


async def test_retry_after_beyond_the_deadline(fakes: Fakes, open_to: Open) -> None:
    """Who cannot wait so long is told at once, and how long it would have been."""
    client = await open_to("customers", policy=CallPolicy())
    tell(fakes, {"kind": "limit", "retry_after": 2})
    with due_in(1.5), at_most(0.1), pytest.raises(DownstreamUnavailable) as caught:
        await read(client)
    assert (caught.value.reason, caught.value.retry_after) == ("retry_after", 2.0)
    assert came(fakes, "customers") == 1


async def test_the_long_way_has_the_same_errors(fakes: Fakes, open_to: Open) -> None:
    """What goes through httpx itself is guarded like the rest, and its errors mean the same."""
    client = await open_to("customers", policy=ONCE)
    for fault, kind, reason, sent in FAULTS:
        tell(fakes, fault)
        with at_most(0.4), pytest.raises(kind) as caught:
            await client.request("get", "/customers/cus_8f3k2m9q1z", follow_redirects=False)
        assert (caught.value.reason, caught.value.sent) == (reason, sent), fault
