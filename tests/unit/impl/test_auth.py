"""Tokens: good ones name the caller and its scopes, all others name nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest

from impl.auth import Tokens

KEY = "k" * 64
TOKENS = Tokens(key=KEY, issuer="us", audience="store")
HOUR = timedelta(hours=1)


async def test_a_token_names_the_caller_and_its_scopes() -> None:
    """What was issued is what is verified."""
    principal = await TOKENS.verify(TOKENS.issue("ada", ["items:read", "x"], lifetime=HOUR))
    assert principal is not None
    assert (principal.subject, principal.scopes) == ("ada", {"items:read", "x"})


@pytest.mark.parametrize(
    "tokens",
    [
        Tokens(key="x" * 32, issuer="us", audience="store"),
        Tokens(key=KEY, issuer="them", audience="store"),
        Tokens(key=KEY, issuer="us", audience="bank"),
    ],
)
async def test_tokens_of_others_are_refused(tokens: Tokens) -> None:
    """Another key, another issuer, another audience."""
    assert await TOKENS.verify(tokens.issue("ada", [], lifetime=HOUR)) is None


async def test_an_expired_token_is_refused() -> None:
    """Beyond the leeway, and not within it."""
    stale = TOKENS.issue("ada", [], lifetime=timedelta(seconds=-5))
    assert await TOKENS.verify(stale) is None
    assert await Tokens(key=KEY, issuer="us", audience="store", leeway=60).verify(stale)


@pytest.mark.parametrize(
    "change",
    [{"sub": None}, {"sub": ""}, {"sub": "a" * 256}, {"exp": None}, {"scope": ["items:read"]}],
)
async def test_incomplete_tokens_are_refused(change: dict[str, Any]) -> None:
    """A good signature is not enough: subject, expiry and scope have to make sense."""
    claims = {"iss": "us", "aud": "store", "sub": "ada", "exp": 2**33} | change
    token = jwt.encode({k: v for k, v in claims.items() if v is not None}, KEY, "HS256")
    assert await TOKENS.verify(token) is None


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
async def test_other_algorithms_are_refused(algorithm: str) -> None:
    """The algorithm is ours to choose, not the token's."""
    claims = {"iss": "us", "aud": "store", "sub": "ada", "exp": 2**33}
    token = jwt.encode(claims, "" if algorithm == "none" else KEY, algorithm)
    assert await TOKENS.verify(token) is None


@pytest.mark.parametrize("text", ["", "nonsense", "a.b.c", "é", "." * 4096])
async def test_nonsense_is_refused(text: str) -> None:
    """What is no token at all."""
    assert await TOKENS.verify(text) is None
