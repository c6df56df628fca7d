"""Security as the contract says it: every scheme, together and instead of each other."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

import pytest

from accord.runtime import BasicCredentials, Principal

from .conftest import Generate
from .serving import served

SECURED = """
security: [{bearer: [read]}]
paths:
  /global: {get: {operationId: useGlobal, responses: {'204': {description: Yes.}}}}
  /open: {get: {operationId: useNone, security: [], responses: {'204': {description: Yes.}}}}
  /optional:
    get:
      operationId: useOptional
      security: [{}, {bearer: []}]
      responses: {'204': {description: Yes.}}
  /keys:
    get:
      operationId: useKeys
      security:
        [{header: []}, {query: []}, {cookie: []}, {basic: []}, {oauth: [write]}, {openid: [a, b]}]
      responses: {'204': {description: Yes.}}
  /both:
    get:
      operationId: useBoth
      security: [{header: [], basic: []}, {header: [], query: []}]
      responses: {'204': {description: Yes.}}
components:
  securitySchemes:
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: session}
    basic: {type: http, scheme: Basic}
    bearer: {type: http, scheme: bearer}
    oauth:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://a.example/t', scopes: {write: Write.}}}
    openid: {type: openIdConnect, openIdConnectUrl: 'https://a.example/.well-known'}
"""
BASIC = {"authorization": "Basic bWU6c2VjcmV0"}


class Verifiers:
    """Knows `good` keys and tokens, whose scopes are those after a colon; counts its calls."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __call__(self, name: str) -> Any:
        async def verify(credential: Any) -> Principal | None:
            self.calls[name] += 1
            if isinstance(credential, BasicCredentials):
                known = credential == BasicCredentials("me", "secret")
                return Principal(f"{name} me") if known else None
            word, _, scopes = credential.partition(":")
            return Principal(name, frozenset(scopes.split())) if word == "good" else None

        return verify

    def all(self) -> dict[str, Any]:
        names = ("header", "query", "cookie", "basic", "bearer", "oauth", "openid")
        return {name: self(name) for name in names}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("url", "headers", "status", "subject"),
    [
        ("/open", {}, 204, None),
        ("/global", {}, 401, None),
        ("/global", bearer("bad"), 401, None),
        ("/global", bearer("good"), 403, None),
        ("/global", bearer("good:read more"), 204, "bearer"),
        ("/optional", {}, 204, None),
        ("/optional", bearer("good"), 204, "bearer"),
        ("/optional", bearer("bad"), 401, None),
        ("/keys", {}, 401, None),
        ("/keys", {"x-key": "good"}, 204, "header"),
        ("/keys?key=good", {}, 204, "query"),
        ("/keys", {"cookie": "session=good"}, 204, "cookie"),
        ("/keys", BASIC, 204, "basic me"),
        ("/keys", {"authorization": "Basic bWU6d3Jvbmc="}, 401, None),
        ("/keys", bearer("good:write"), 204, "oauth"),
        ("/keys", bearer("good:a b"), 204, "openid"),
        ("/keys", bearer("good:a"), 403, None),
        ("/keys?key=good", {"x-key": "bad"}, 204, "query"),
        ("/both", {"x-key": "good"}, 401, None),
        ("/both", {"x-key": "good", **BASIC}, 204, "header"),
        ("/both?key=good", {"x-key": "good"}, 204, "header"),
        ("/both?key=good", BASIC, 401, None),
    ],
)
async def test_alternatives_and_combinations(
    generated: Generate, url: str, headers: dict[str, str], status: int, subject: str | None
) -> None:
    """The principal of the first alternative that holds; each scheme is asked once at most."""
    verifiers = Verifiers()
    service = served(generated(SECURED), verify=verifiers.all())
    async with service.client as client:
        answer = await client.get(url, headers=headers)
    assert answer.status_code == status, answer.text
    assert max(verifiers.calls.values(), default=0) <= 1
    if status == 204 and url != "/open":
        principal = service.last["principal"]
        assert (principal and principal.subject) == subject


async def test_schemes_asked_for_together_each_have_a_principal(generated: Generate) -> None:
    """The handler gets the first one's, which has all of them; one alone has no others."""
    service = served(generated(SECURED), verify=Verifiers().all())
    async with service.client as client:
        await client.get("/both", headers={"x-key": "good:read", **BASIC})
        both = service.last["principal"]
        await client.get("/keys", headers={"x-key": "good"})
        alone = service.last["principal"]
    assert (both.subject, both.scopes) == ("header", {"read"})
    assert {name: each.subject for name, each in both.by_scheme.items()} == {
        "header": "header",
        "basic": "basic me",
    }
    assert alone.by_scheme == {}


def test_handlers_get_a_typed_principal(generated: Generate) -> None:
    """None where security is optional; no keyword where nothing is asked."""
    handler = generated(SECURED).handlers.DefaultHandler
    assert (
        str(inspect.signature(handler.use_global)) == "(self, *, principal: 'Principal') -> 'None'"
    )
    optional = str(inspect.signature(handler.use_optional))
    assert optional == "(self, *, principal: 'Principal | None') -> 'None'"
    assert str(inspect.signature(handler.use_none)) == "(self) -> 'None'"


async def test_what_is_asked_for_is_said(generated: Generate) -> None:
    """Every scheme of the operation in WWW-Authenticate, the scopes that are lacking too."""
    service = served(generated(SECURED), verify=Verifiers().all())
    async with service.client as client:
        answer = await client.get("/keys")
        lacking = await client.get("/global", headers=bearer("good"))
    challenges = answer.headers["www-authenticate"]
    assert 'Basic realm="api", charset="UTF-8"' in challenges
    assert 'ApiKey in="cookie", name="session"' in challenges
    assert 'error="insufficient_scope", scope="read"' in lacking.headers["www-authenticate"]
