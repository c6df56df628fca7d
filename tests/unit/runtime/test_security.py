"""Who may call: schemes, their alternatives, scopes, and what a refusal says."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accord.runtime import Application, BasicCredentials, IncompleteApplication, Principal
from accord.runtime.declare import (
    JSON,
    ApiKey,
    Body,
    Http,
    Media,
    MutualTls,
    Path,
    Reply,
    Scheme,
)
from tests.unit.runtime.conftest import Call, Response, application, operation

SCHEMES: dict[str, Scheme] = {
    "header": ApiKey("header", "X-Key"),
    "query": ApiKey("query", "key"),
    "cookie": ApiKey("cookie", "session"),
    "basic": Http("basic"),
    "bearer": Http("bearer"),
    "digest": Http("digest"),
    "mtls": MutualTls(),
}
Security = tuple[Mapping[str, tuple[str, ...]], ...]


class Verifiers(dict[str, Any]):
    """One for every scheme: knows the credential `good`, and with it `scopes`. Counts calls."""

    def __init__(self, *scopes: str) -> None:
        super().__init__({name: self._make(name) for name in SCHEMES})
        self.scopes = frozenset(scopes)
        self.calls: list[tuple[str, Any]] = []

    def _make(self, name: str) -> Callable[..., Any]:
        async def verify(credential: Any) -> Principal | None:
            self.calls.append((name, credential))
            secret = credential.password if isinstance(credential, BasicCredentials) else credential
            return Principal(name, self.scopes) if secret in ("good", {"name": "me"}) else None

        return verify


def secured(*security: Mapping[str, tuple[str, ...]], **options: Any) -> Application:
    """An application whose operation answers with the subject of its caller."""

    async def handle(*, principal: Principal | None) -> str:
        return principal.subject if principal else "nobody"

    declared = operation("/x", replies=(Reply(200, (Media(JSON, str),)),), security=security)
    options.setdefault("verify", Verifiers())
    return application(declared, handler=handle, schemes=SCHEMES, **options)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


async def ask(call: Call, app: Application, headers: Any = (), query: str = "") -> Response:
    return await call(app, "GET", f"/x?{query}", headers)


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        ("header", {"x-key": "good"}, ""),
        ("query", {}, "key=good"),
        ("cookie", {"cookie": "a=b; session=good"}, ""),
        ("basic", {"authorization": basic("me:good")}, ""),
        ("bearer", {"authorization": "Bearer good"}, ""),
        ("bearer", {"authorization": "bearer  good "}, ""),
        ("digest", {"authorization": "Digest good"}, ""),
    ],
)
async def test_each_kind_of_scheme(call: Call, scheme: str, headers: Any, query: str) -> None:
    """The handler gets the principal that the verifier gave."""
    verifiers = Verifiers()
    response = await ask(call, secured({scheme: ()}, verify=verifiers), headers, query)

    assert (response.status, response.json()) == (200, scheme)
    assert len(verifiers.calls) == 1


async def test_mutual_tls(call: Call) -> None:
    """The credential is what the server says of the client's certificate."""
    app = secured({"mtls": ()})
    extensions = {"tls": {"name": "me"}}

    assert (await call(app, "GET", "/x", extensions=extensions)).json() == "mtls"
    assert (await call(app, "GET", "/x")).status == 401


async def test_basic_credentials_are_taken_apart(call: Call) -> None:
    """A password may hold colons and any script."""
    verifiers = Verifiers()
    await ask(call, secured({"basic": ()}, verify=verifiers), {"authorization": basic("me:a:ü")})

    assert verifiers.calls == [("basic", BasicCredentials("me", "a:ü"))]


@pytest.mark.parametrize(
    ("scheme", "authorization"),
    [
        ("basic", "Basic !!!"),
        ("basic", basic("nocolon")),
        ("basic", "Basic /w=="),
        ("basic", "Bearer good"),
        ("bearer", "Basic good"),
        ("bearer", "Bearer"),
        ("bearer", "Bearer "),
        ("bearer", "good"),
        ("bearer", ""),
    ],
)
async def test_what_is_no_credential_is_not_verified(
    call: Call, scheme: str, authorization: str
) -> None:
    """Another scheme's or a malformed header is as good as none."""
    verifiers = Verifiers()
    app = secured({scheme: ()}, verify=verifiers)
    response = await ask(call, app, {"authorization": authorization})

    assert (response.status, verifiers.calls) == (401, [])


async def test_two_authorization_headers_are_one_wrong_one(call: Call) -> None:
    """A good credential is not picked from among others."""
    headers = [("authorization", "Bearer bad"), ("authorization", "Bearer good")]

    assert (await ask(call, secured({"bearer": ()}), headers)).status == 401


@pytest.mark.parametrize(
    ("schemes", "challenge"),
    [
        (["header"], 'ApiKey in="header", name="X-Key"'),
        (["digest", "mtls"], "Digest, Mutual"),
        (["bearer", "basic"], 'Bearer realm="api", Basic realm="api", charset="UTF-8"'),
    ],
)
async def test_a_refusal_says_how_to_authenticate(
    call: Call, schemes: list[str], challenge: str
) -> None:
    """401 with WWW-Authenticate for every scheme that would do."""
    response = await ask(call, secured(*({name: ()} for name in schemes)))

    assert (response.status, response.json()["code"]) == (401, "unauthorized")
    assert response.header("www-authenticate") == challenge


async def test_a_contracts_text_does_not_end_the_challenge(call: Call) -> None:
    """Quotes and line breaks in a key's name are left out of the header."""

    async def handle(*, principal: Principal) -> None: ...

    declared = operation("/x", replies=(Reply(204),), security=({"odd": ()},))
    schemes = {"odd": ApiKey("query", 'a", evil="\r\nx: y')}
    app = application(declared, handler=handle, schemes=schemes, unverified="deny")

    assert (await ask(call, app)).header("www-authenticate") == (
        'ApiKey in="query", name="a, evil=x: y"'
    )


async def test_a_key_sent_twice_is_none(call: Call) -> None:
    """What stands in front of the service may have looked at the other one."""
    app = secured({"query": ()})

    assert (await ask(call, app, query="key=good&key=good")).status == 401


async def test_either_of_two(call: Call) -> None:
    """Alternatives: the first that holds gives the principal."""
    app = secured({"bearer": ()}, {"header": ()})

    assert (await ask(call, app, {"authorization": "Bearer good"})).json() == "bearer"
    assert (await ask(call, app, {"x-key": "good"})).json() == "header"
    both = {"authorization": "Bearer bad", "x-key": "good"}
    assert (await ask(call, app, both)).json() == "header"
    assert (await ask(call, app, {"x-key": "bad"})).status == 401


async def test_both_of_two(call: Call) -> None:
    """Schemes of one alternative are needed together."""
    app = secured({"bearer": (), "header": ()})

    good = {"authorization": "Bearer good", "x-key": "good"}
    assert (await ask(call, app, good)).json() == "bearer"
    assert (await ask(call, app, {"authorization": "Bearer good"})).status == 401
    assert (await ask(call, app, {**good, "x-key": "bad"})).status == 401


async def test_optional(call: Call) -> None:
    """Without credentials the caller is nobody; with wrong ones refused all the same."""
    app = secured({"bearer": ()}, {})

    assert (await ask(call, app)).json() == "nobody"
    assert (await ask(call, app, {"authorization": "Bearer good"})).json() == "bearer"
    assert (await ask(call, app, {"authorization": "Bearer bad"})).status == 401


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        ("basic", {"authorization": "Basic !!!"}, ""),
        ("basic", {"authorization": basic("nocolon")}, ""),
        ("query", {}, "key=good&key=good"),
        ("cookie", {"cookie": "session=good; session=good"}, ""),
    ],
)
async def test_malformed_credentials_are_not_taken_for_none(
    call: Call, scheme: str, headers: Any, query: str
) -> None:
    """Where security is optional they are refused all the same, by nobody's verifier."""
    verifiers = Verifiers()
    app = secured({scheme: ()}, {}, verify=verifiers)

    assert (await ask(call, app, headers, query)).status == 401
    assert verifiers.calls == []


async def test_each_scheme_runs_once(call: Call) -> None:
    """However many alternatives name it."""
    verifiers = Verifiers("a")
    app = secured(
        {"bearer": ("b",)}, {"bearer": ("a",), "header": ()}, {"bearer": ("a",)}, verify=verifiers
    )

    assert (await ask(call, app, {"authorization": "Bearer good"})).json() == "bearer"
    assert verifiers.calls == [("bearer", "good")]


async def test_scopes(call: Call) -> None:
    """A principal without one of them is a 403 that names what is needed."""
    verifiers = Verifiers("read")
    headers = {"authorization": "Bearer good"}

    allowed = secured({"bearer": ("read",)}, verify=verifiers)
    assert (await ask(call, allowed, headers)).status == 200
    refused = await ask(call, secured({"bearer": ("read", "write")}, verify=verifiers), headers)
    assert (refused.status, refused.json()["code"]) == (403, "forbidden")
    assert refused.json()["detail"] == "The credentials lack a scope; needed: read, write."
    challenge = refused.header("www-authenticate")
    assert challenge == 'Bearer realm="api", error="insufficient_scope", scope="read write"'


async def test_refused_before_anything_is_read(call: Call) -> None:
    """Faults of parameters and bodies are told to those who may call only."""

    async def handle(*, id: int, body: Any, principal: Principal) -> None:
        raise AssertionError("called")

    declared = operation(
        "/x/{id}",
        "POST",
        parameters=(Path("id", int, "integer"),),
        body=Body((Media(JSON, dict[str, int]),)),
        replies=(Reply(204),),
        security=({"bearer": ()},),
    )
    app = application(declared, handler=handle, schemes=SCHEMES, verify=Verifiers())
    headers = {"content-type": JSON, "authorization": "Bearer bad"}

    assert (await call(app, "POST", "/x/no", headers, b"{")).status == 401


async def test_an_operation_without_security_verifies_nothing(call: Call) -> None:
    """Its handler takes no principal."""

    async def handle() -> str:
        return "open"

    declared = operation("/x", replies=(Reply(200, (Media(JSON, str),)),))
    app = application(declared, handler=handle, schemes=SCHEMES)

    assert (await ask(call, app, {"authorization": "Bearer bad"})).json() == "open"


def test_a_scheme_that_nobody_verifies_is_refused() -> None:
    """At start, with its operations and what to do."""
    with pytest.raises(IncompleteApplication) as refused:
        secured({"bearer": (), "header": ()}, verify={"header": Verifiers()["header"]})

    assert "bearer: GET /x" in str(refused.value)
    assert "header:" not in str(refused.value)
    assert "verify={scheme: function}" in str(refused.value)


async def test_unverified_deny_and_accept(call: Call) -> None:
    """Every credential is wrong, or every credential is right with all scopes."""
    headers = {"authorization": "Bearer anything"}
    denying = secured({"bearer": ("write",)}, verify={}, unverified="deny")
    accepting = secured({"bearer": ("write",)}, verify={}, unverified="accept")

    assert (await ask(call, denying, headers)).status == 401
    assert (await ask(call, accepting, headers)).json() == "anonymous"
    assert (await ask(call, accepting)).status == 401
