"""Forwarding headers are believed of listed proxies, and of nobody else."""

from __future__ import annotations

import pytest
from starlette.types import Receive, Scope, Send

from accord.service.proxies import TrustedProxies

PROXY = "10.0.0.1"
NETWORKS = ("10.0.0.0/8", "fd00::/8")


async def seen(peer: str, *headers: tuple[str, str]) -> tuple[str, str]:
    """Who the application takes for the client, and its scheme."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)

    pairs = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "client": (peer, 5), "scheme": "http", "headers": pairs}
    await TrustedProxies(app, networks=NETWORKS)(scope, None, None)  # type: ignore[arg-type]
    return found[0]["client"][0], found[0]["scheme"]


@pytest.mark.parametrize(
    ("headers", "client", "scheme"),
    [
        ([("x-forwarded-for", "192.0.2.7")], "192.0.2.7", "http"),
        (
            [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https")],
            "192.0.2.7",
            "https",
        ),
        ([("x-forwarded-for", "192.0.2.7:4711")], "192.0.2.7", "http"),
        ([("x-forwarded-for", "6.6.6.6, 192.0.2.7, 10.0.0.9")], "192.0.2.7", "http"),
        ([("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "192.0.2.7")], "192.0.2.7", "http"),
        ([("forwarded", "for=192.0.2.7;proto=https")], "192.0.2.7", "https"),
        ([("forwarded", 'For="[2001:db8::1]:4711"; Proto=HTTPS')], "2001:db8::1", "https"),
        ([("forwarded", "for=6.6.6.6, for=192.0.2.7, for=10.2.3.4")], "192.0.2.7", "http"),
        (
            [("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "6.6.6.6, 192.0.2.7")],
            "192.0.2.7",
            "http",
        ),
        ([("x-forwarded-for", "::ffff:192.0.2.7")], "192.0.2.7", "http"),
    ],
)
async def test_a_listed_proxy_is_believed(
    headers: list[tuple[str, str]], client: str, scheme: str
) -> None:
    """The client is the last address that is no proxy, whatever stands before it."""
    assert await seen(PROXY, *headers) == (client, scheme)


@pytest.mark.parametrize(
    "header", [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.7;proto=https")]
)
async def test_nobody_else_is_believed(header: tuple[str, str]) -> None:
    """A client that sends the headers itself stays who it is."""
    assert await seen("203.0.113.5", header) == ("203.0.113.5", "http")


@pytest.mark.parametrize(
    "header",
    [
        ("forwarded", "for=unknown"),
        ("forwarded", "for=_hidden"),
        ("forwarded", 'for="192.0.2.7'),
        ("forwarded", ";;;"),
        ("forwarded", "proto=https"),
        ("x-forwarded-for", "nonsense"),
        ("x-forwarded-for", ", ,"),
        ("x-forwarded-for", ""),
    ],
)
async def test_what_cannot_be_read_is_not_believed(header: tuple[str, str]) -> None:
    """The proxy itself is the client then."""
    assert await seen(PROXY, header) == (PROXY, "http")


@pytest.mark.parametrize("forged", ["for=6.6.6.6", "for=6.6.6.6;proto=https, for=10.0.0.9"])
async def test_a_header_that_the_proxy_passes_on_is_not_believed(forged: str) -> None:
    """A proxy that writes X-Forwarded-For hands on what the client calls Forwarded, and the other
    way round: a client cannot choose who it is."""
    assert await seen(PROXY, ("forwarded", forged), ("x-forwarded-for", "192.0.2.7")) == (
        PROXY,
        "http",
    )


async def test_a_long_chain_costs_nothing() -> None:
    """Only its end is looked at, however many proxies it pretends to have."""
    chain = ", ".join(["10.0.0.2"] * 10_000)
    assert (await seen(PROXY, ("x-forwarded-for", chain)))[0] == "10.0.0.2"
