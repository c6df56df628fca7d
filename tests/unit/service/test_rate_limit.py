from __future__ import annotations

import tracemalloc
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.callers import CredentialOwners, address
from accord.service.rate_limit import MemoryLimiter, Quota, RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limited(clock: Clock, limit: int = 3, app: ASGIApp | None = None, **options: Any) -> RateLimit:
    limiter = MemoryLimiter(Quota(limit, 10), clock=clock)
    return RateLimit(app or PlainTextResponse("ok"), limiter=limiter, **options)


async def test_caller_learns_how_it_stands_and_is_refused(call: Any) -> None:
    """Every answer has RateLimit; beyond the quota comes a 429 problem, with the policy."""
    app = limited(Clock())
    seen = [await call(app) for _ in range(4)]
    assert [response.status_code for response in seen] == [200, 200, 200, 429]
    assert [response.headers["ratelimit"] for response in seen] == [
        '"default";r=2;t=10',
        '"default";r=1;t=10',
        '"default";r=0;t=10',
        '"default";r=0;t=10',
    ]
    refusal = seen[-1]
    assert refusal.headers["ratelimit-policy"] == '"default";q=3;w=10'
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["code"] == "too_many_requests"
    assert int(refusal.headers["retry-after"]) > 0


async def test_retry_after_is_true(call: Any) -> None:
    """One who waits as told is admitted; one who does not wait is not."""
    clock = Clock()
    app = limited(clock)
    for _ in range(3):
        await call(app)
    for _ in range(5):
        refusal = await call(app)
        assert refusal.status_code == 429
        clock.now += int(refusal.headers["retry-after"])
        assert (await call(app)).status_code == 200


async def test_callers_do_not_share_a_quota(call: Any) -> None:
    """One caller's use is not another's, by whatever the key function says."""
    app = limited(Clock(), limit=1, key=lambda scope: Request(scope).headers["x-who"])
    assert (await call(app, headers={"x-who": "ann"})).status_code == 200
    assert (await call(app, headers={"x-who": "bob"})).status_code == 200
    assert (await call(app, headers={"x-who": "ann"})).status_code == 429


async def test_exempt_paths_are_not_counted(call: Any) -> None:
    """Health checks and scrapes neither use up a quota nor meet one."""
    app = limited(Clock(), limit=1, exempt={"/health/live"})
    for _ in range(5):
        response = await call(app, url="/health/live")
        assert response.status_code == 200
        assert "ratelimit" not in response.headers


@given(steps=st.lists(st.floats(min_value=0, max_value=8), max_size=120))
async def test_no_span_admits_much_more_than_the_quota(steps: list[float]) -> None:
    """In any span of the window's length at most twice the quota less one is admitted, whatever
    the timing; at a fixed window's edge that would be every time."""
    clock = Clock()
    limiter = MemoryLimiter(Quota(5, 10), clock=clock)
    admitted: list[float] = []
    for step in steps:
        clock.now += step
        standing = await limiter.hit("ann")
        if not standing.retry_after:
            admitted.append(clock.now)
        else:
            assert 0 < standing.retry_after <= 20
    for begin in admitted:
        assert sum(begin <= moment < begin + 10 for moment in admitted) < 10


async def test_steady_caller_gets_its_quota() -> None:
    """Asking twice as fast as allowed for long admits about what the quota says, not more."""
    clock = Clock()
    limiter = MemoryLimiter(Quota(50, 10), clock=clock)
    admitted = 0
    for _ in range(10_000):
        clock.now += 0.1
        admitted += not (await limiter.hit("ann")).retry_after
    assert admitted == pytest.approx(5000, rel=0.05)


async def test_flood_of_addresses_costs_no_memory() -> None:
    """A hundred times more callers than fit: counters and memory stay bounded."""
    limiter = MemoryLimiter(Quota(5, 10), capacity=500, clock=Clock())
    tracemalloc.start()
    for number in range(50_000):
        await limiter.hit(f"10.0.{number >> 8}.{number & 255}")
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(limiter) <= 1000
    assert used < 500_000


async def test_idle_callers_are_forgotten() -> None:
    """After two windows nothing is left of one who no longer calls."""
    clock = Clock()
    limiter = MemoryLimiter(Quota(5, 10), clock=clock)
    await limiter.hit("ann")
    clock.now += 25
    await limiter.hit("bob")
    assert len(limiter) == 1


@pytest.mark.parametrize(
    ("client", "key"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("not:an:address", 1), "not:an:address"),
        (None, "unknown"),
    ],
)
def test_address_of_a_caller(client: Any, key: str) -> None:
    """IPv4 by address, IPv6 by /64; whoever has a /64 has not 2**64 quotas."""
    assert address({"client": client}) == key


async def secured(scope: Scope, receive: Receive, send: Send) -> None:
    """Admits tokens that begin with `good`, as their second word's principal."""
    token = Request(scope).headers.get("authorization", "")
    if token.startswith("good "):
        scope["principal"] = SimpleNamespace(subject=token.split()[1])
        response = Response("ok")
    else:
        response = Response("no", 401)
    await response(scope, receive, send)


async def test_principal_counts_once_its_token_is_known(call: Any) -> None:
    """Two principals behind one address have a quota each, and one has it from anywhere."""
    owners = CredentialOwners()
    app = limited(Clock(), limit=3, app=secured, key=owners.key)
    for who in ("ann", "bob"):
        answers = [await call(app, headers={"authorization": f"good {who}"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    last = await call(app, headers={"authorization": "good ann"})
    assert last.status_code == 429


async def test_invented_tokens_do_not_escape_the_limit(call: Any) -> None:
    """A new bad token for every request counts for the address, and is not remembered."""
    owners = CredentialOwners()
    app = limited(Clock(), limit=3, app=secured, key=owners.key)
    statuses = [
        (await call(app, headers={"authorization": f"bad {number}"})).status_code
        for number in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]
    assert len(owners) == 0


async def test_known_credentials_are_bounded(call: Any) -> None:
    """The oldest credential is forgotten when there are too many."""
    owners = CredentialOwners(capacity=3)
    app = limited(Clock(), limit=99, app=secured, key=owners.key)
    for number in range(10):
        await call(app, headers={"authorization": f"good u{number}"})
    assert len(owners) == 3


@pytest.mark.parametrize("wrong", [(0, 10, "a"), (1, 0, "a"), (1, 1, 'a";q=9')])
def test_senseless_quota_is_refused(wrong: tuple[int, int, str]) -> None:
    """A quota that admits nobody, or whose name would break the header, is a mistake at start."""
    with pytest.raises(ValueError, match="quota"):
        Quota(*wrong)
