"""Credentials: where they go, by the contract's schemes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import httpx
import pytest

from accord.client import connection
from accord.client.call import Call
from accord.client.connection import Scheme
from accord.client.styles import Cookie, Query


class AuthenticatedClient(connection.AuthenticatedClient):
    schemes: ClassVar[Mapping[str, Scheme]] = {
        "bearer": Scheme("header", "Authorization", "Bearer"),
        "basic": Scheme("header", "Authorization", "Basic"),
        "key": Scheme("header", "X-Key"),
        "query": Scheme("query", "api key"),
        "session": Scheme("cookie", "session"),
    }


CALL: Call[None] = Call("GET", "/a", parameters=(Query("page"), Cookie("seen")))


def sent(client: connection.Client) -> httpx.Request:
    """The request that a call makes."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    client._httpx_args["transport"] = httpx.MockTransport(respond)
    CALL.sync(client, (2, "x"))
    return seen[0]


def test_of_every_scheme() -> None:
    """Headers, queries and cookies, beside the operation's own parameters of the same place."""
    client = AuthenticatedClient(
        "http://test",
        token="first",
        credentials={"key": "k", "query": "q&a", "session": "s"},
        cookies={"lasting": "1"},
    )
    request = sent(client)
    assert request.headers["authorization"] == "Bearer first"
    assert request.headers["x-key"] == "k"
    assert request.url.query == b"page=2&api%20key=q%26a"
    assert request.headers["cookie"] == "seen=x; lasting=1; session=s"


def test_user_and_password() -> None:
    """A pair is what HTTP basic authentication asks for."""
    client = AuthenticatedClient("http://test", credentials={"basic": ("me", "pass")})
    assert sent(client).headers["authorization"] == "Basic bWU6cGFzcw=="


def test_another_header() -> None:
    """The first scheme's header and prefix can be others; without a token none is sent."""
    client = AuthenticatedClient("http://test", "t", prefix="Token", auth_header_name="X-Auth")
    assert sent(client).headers["x-auth"] == "Token t"
    assert "authorization" not in sent(AuthenticatedClient("http://test")).headers


def test_a_scheme_that_the_contract_has_not() -> None:
    """Is refused with a list of those it has."""
    client = AuthenticatedClient("http://test", credentials={"cookie": "x"})
    with pytest.raises(ValueError, match="no security scheme 'cookie'; it has bearer, basic"):
        sent(client)
