"""Tokens: good ones name the caller and its scopes, all others name nobody."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from impl.auth import Tokens
from impl.keys import PublishedKeys

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
    [
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": "a\0"},
        {"sub": "\ud800"},
        {"exp": None},
        {"scope": ["items:read"]},
    ],
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


def pair(kid: str) -> tuple[Any, dict[str, Any]]:
    """A private key, and the entry of a key set that its public half is."""
    private = ed25519.Ed25519PrivateKey.generate()
    public = jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return private, public | {"kid": kid, "use": "sig", "alg": "EdDSA"}


def signed(private: Any, kid: str | None, algorithm: str = "EdDSA") -> str:
    claims = {"iss": "us", "aud": "store", "sub": "ada", "scope": "items:read"}
    expires = datetime.now(UTC) + HOUR
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims | {"exp": expires}, private, algorithm=algorithm, headers=headers)


def published(file: Path, *keys: dict[str, Any]) -> None:
    file.write_text(json.dumps({"keys": keys}))


async def test_published_keys_rotate(tmp_path: Path) -> None:
    """A new key is learned when a token names it; one that was withdrawn is forgotten."""
    file = tmp_path / "jwks.json"
    (old, old_entry), (new, new_entry) = pair("old"), pair("new")
    published(file, old_entry)
    tokens = Tokens(
        issuer="us", audience="store", published=PublishedKeys(str(file), lifetime=60, pause=0)
    )
    assert await tokens.verify(signed(old, "old"))
    assert await tokens.verify(signed(old, None))
    assert await tokens.verify(signed(new, "new")) is None
    published(file, new_entry)
    assert await tokens.verify(signed(new, "new"))
    assert await tokens.verify(signed(old, "old")) is None
    file.unlink()
    assert await tokens.verify(signed(new, "new"))


async def test_a_slow_issuer_keeps_nobody_waiting_whose_key_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one reads the set again, the others are verified with the keys that there are."""
    file = tmp_path / "jwks.json"
    private, entry = pair("known")
    published(file, entry)
    keys = PublishedKeys(str(file), lifetime=0, pause=0)
    tokens = Tokens(issuer="us", audience="store", published=keys)
    assert await tokens.verify(signed(private, "known"))
    reading, answered = asyncio.Event(), asyncio.Event()

    async def slowly() -> str:
        reading.set()
        await answered.wait()
        return file.read_text()

    monkeypatch.setattr(keys, "_text", slowly)
    first = asyncio.create_task(tokens.verify(signed(private, "known")))
    await reading.wait()
    async with asyncio.timeout(5):
        assert await tokens.verify(signed(private, "known"))
    answered.set()
    assert await first


async def test_invented_key_names_cost_the_issuer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred at once, with names that do not exist: the set is read once."""
    file = tmp_path / "jwks.json"
    private, entry = pair("known")
    published(file, entry)
    reads: list[Path] = []
    read_text = Path.read_text

    def counted(path: Path, *arguments: Any) -> str:
        reads.append(path)
        return read_text(path, *arguments)

    monkeypatch.setattr(Path, "read_text", counted)
    tokens = Tokens(issuer="us", audience="store", published=PublishedKeys(str(file)))
    verified = await asyncio.gather(
        *(tokens.verify(signed(private, f"invented-{number}")) for number in range(100))
    )
    assert verified == [None] * 100
    assert reads == [file]


async def test_the_token_does_not_choose_how_it_is_checked(tmp_path: Path) -> None:
    """A public key is no shared key, no signature is no signature, and a set's shared keys are
    not used."""
    file = tmp_path / "jwks.json"
    _, entry = pair("k")
    shared = jwt.algorithms.HMACAlgorithm.to_jwk(KEY, as_dict=True) | {"kid": "s", "alg": "HS256"}
    published(file, entry, shared)
    tokens = Tokens(issuer="us", audience="store", published=PublishedKeys(str(file)))
    assert await tokens.verify(signed(entry["x"] * 2, "k", "HS256")) is None
    assert await tokens.verify(signed(KEY, "s", "HS256")) is None
    assert await tokens.verify(signed(None, "k", "none")) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 1}', '{"keys": []}', "\x00"])
async def test_a_key_set_that_is_none(tmp_path: Path, text: str) -> None:
    """Nobody is let in, and nothing breaks."""
    file = tmp_path / "jwks.json"
    file.write_text(text)
    private, _ = pair("k")
    tokens = Tokens(issuer="us", audience="store", published=PublishedKeys(str(file)))
    assert await tokens.verify(signed(private, "k")) is None


async def test_keys_at_a_url(serve: Any) -> None:
    """They are fetched without blocking the loop; an issuer that fails lets nobody in."""
    private, entry = pair("k")
    url = serve(Starlette(routes=[Route("/jwks", lambda request: JSONResponse({"keys": [entry]}))]))
    tokens = Tokens(issuer="us", audience="store", published=PublishedKeys(f"{url}/jwks"))
    assert await tokens.verify(signed(private, "k"))
    nothing = Tokens(issuer="us", audience="store", published=PublishedKeys(f"{url}/nothing"))
    assert await nothing.verify(signed(private, "k")) is None


async def test_a_subject_with_a_nul_is_refused() -> None:
    """No database would take it."""
    assert await TOKENS.verify(TOKENS.issue("a\0da", [], lifetime=HOUR)) is None
