"""What a refused caller is told to present (RFC 6750, RFC 9110)."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import Principal, Problem
from accord.runtime.declare import ApiKey, Http, Operation, Scheme
from accord.runtime.security import Guard, Presented


async def verify(credential: Any) -> Principal | None:
    """Knows the tokens `reader` and `writer`, with the scope of their name."""
    return Principal("ada", frozenset({credential})) if credential in ("reader", "writer") else None


async def refusal(scheme: Scheme, authorization: str | None = None) -> tuple[int, str]:
    operation = Operation(
        id="o", tag="t", handler="o", method="GET", path="/o", security=({"s": ("writer", "x")},)
    )
    guard = Guard(operation, {"s": scheme}, {"s": verify})
    headers = {} if authorization is None else {b"authorization": authorization.encode()}
    with pytest.raises(Problem) as raised:
        await guard(Presented(headers, {}, {}, {}))
    return raised.value.status, raised.value.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("authorization", "status", "challenge"),
    [
        (None, 401, 'Bearer realm="api"'),
        ("Bearer expired", 401, 'Bearer realm="api", error="invalid_token"'),
        (
            "Bearer reader",
            403,
            'Bearer realm="api", error="insufficient_scope", scope="writer x"',
        ),
    ],
)
async def test_a_bearer_token_is_asked_for(
    authorization: str | None, status: int, challenge: str
) -> None:
    """Nothing more where none was sent; else what is wrong with it, and the scopes needed."""
    assert await refusal(Http("bearer"), authorization) == (status, challenge)


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        (Http("basic"), 'Basic realm="api", charset="UTF-8"'),
        (ApiKey("header", "X-Key"), 'ApiKey in="header", name="X-Key"'),
    ],
)
async def test_other_schemes_are_named(scheme: Scheme, challenge: str) -> None:
    """With what is needed to use them."""
    assert await refusal(scheme) == (401, challenge)
