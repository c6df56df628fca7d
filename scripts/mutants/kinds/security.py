"""Who may call, and how they say who they are.

OpenAPI: a call satisfies one of the alternatives of `security`, and every scheme in it. What
satisfied the contract before must satisfy it after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.mutants.mutants import Draft, Edit, Step, kind, on
from scripts.mutants.uses import Operation

Scheme = dict[str, Any]
_KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
_HTTP = {"type": "http", "scheme": "bearer"}
_OPEN_ID = {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known"}


def _oauth(**changes: Any) -> Scheme:
    flow = {
        "authorizationUrl": "https://id.example/authorize",
        "tokenUrl": "https://id.example/token",
        "scopes": {"read": "Read.", "write": "Write."},
        **changes,
    }
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}


def _secured(pointer: str, requirements: Any, **schemes: Scheme) -> Step:
    """Puts `schemes` into the contract and `requirements` on the operation at `pointer`
    (everywhere, for the document's root)."""

    def secure(document: dict[str, Any]) -> None:
        components = document.setdefault("components", {})
        components.setdefault("securitySchemes", {}).update(schemes)
        on(pointer, lambda node: node.update(security=requirements))(document)

    return secure


def _operations(draft: Draft) -> Iterator[Operation]:
    yield from draft.uses.operations


def _redefined(draft: Draft, before: Scheme, after: Scheme) -> Iterator[Edit]:
    requirements: list[Any] = [{"zz": []}]
    for operation in _operations(draft):
        yield Edit(
            f"{operation.pointer} {after}",
            _secured(operation.pointer, requirements, zz=after),
            _secured(operation.pointer, requirements, zz=before),
        )


def _required(draft: Draft, before: Any, after: Any) -> Iterator[Edit]:
    schemes = {"zzKey": _KEY, "zzToken": _HTTP, "zzFlow": _oauth()}
    for operation in _operations(draft):
        yield Edit(
            f"{operation.pointer} {after}",
            _secured(operation.pointer, after, **schemes),
            _secured(operation.pointer, before, **schemes),
        )


@kind("name or place of an API key changed", "wire", "the key is looked for elsewhere")
def api_key(draft: Draft) -> Iterator[Edit]:
    yield from _redefined(draft, _KEY, {**_KEY, "name": "X-Other"})
    yield from _redefined(draft, _KEY, {**_KEY, "in": "query"})


@kind("HTTP scheme changed", "wire", "another kind of credential is asked for")
def http_scheme(draft: Draft) -> Iterator[Edit]:
    yield from _redefined(draft, _HTTP, {**_HTTP, "scheme": "basic"})


@kind("bearer format changed", "wire", "tokens of the old format are not understood")
def bearer_format(draft: Draft) -> Iterator[Edit]:
    yield from _redefined(
        draft, {**_HTTP, "bearerFormat": "JWT"}, {**_HTTP, "bearerFormat": "PASETO"}
    )


@kind("URL of OpenID or OAuth changed", "wire", "tokens come from elsewhere")
def urls(draft: Draft) -> Iterator[Edit]:
    other = "https://other.example/x"
    yield from _redefined(draft, _OPEN_ID, {**_OPEN_ID, "openIdConnectUrl": other})
    yield from _redefined(draft, _oauth(), _oauth(tokenUrl=other))
    yield from _redefined(draft, _oauth(), _oauth(authorizationUrl=other))


@kind("OAuth flow or its scope removed", "wire", "callers that use it get no token")
def flow(draft: Draft) -> Iterator[Edit]:
    both = _oauth()
    both["flows"]["clientCredentials"] = {"tokenUrl": "https://id.example/token", "scopes": {}}
    yield from _redefined(draft, both, _oauth())
    yield from _redefined(draft, _oauth(), _oauth(scopes={"read": "Read."}))


@kind("type of a security scheme changed", "wire", "another kind of credential is asked for")
def scheme_type(draft: Draft) -> Iterator[Edit]:
    yield from _redefined(draft, _KEY, _HTTP)
    yield from _redefined(draft, _HTTP, _OPEN_ID)


@kind("scope required", "wire", "403 for tokens that were enough")
def scope_added(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [{"zzFlow": ["read"]}], [{"zzFlow": ["read", "write"]}])
    yield from _required(draft, [{"zzFlow": []}], [{"zzFlow": ["read"]}])


@kind("security required", "wire", "401 for calls that were open")
def secured(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [], [{"zzKey": []}])
    yield from _required(draft, [{}, {"zzKey": []}], [{"zzKey": []}])


@kind("security required of everything", "wire", "401 for calls that were open")
def globally(draft: Draft) -> Iterator[Edit]:
    if any("security" not in operation.node for operation in draft.uses.operations):
        yield Edit(
            "/security",
            _secured("", [{"zz": []}], zz=_KEY),
            _secured("", [], zz=_KEY),
        )


@kind("security alternative removed", "wire", "callers that use it are refused")
def alternative_removed(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [{"zzKey": []}, {"zzToken": []}], [{"zzToken": []}])


@kind("second scheme required", "wire", "one credential was enough")
def second_scheme(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [{"zzKey": []}], [{"zzKey": [], "zzToken": []}])


@kind("security alternative added", "compatible", "the others are still enough")
def alternative_added(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [{"zzKey": []}], [{"zzToken": []}, {"zzKey": []}])


@kind("security or scope no longer required", "compatible", "what was enough is more than enough")
def relaxed(draft: Draft) -> Iterator[Edit]:
    yield from _required(draft, [{"zzKey": []}], [])
    yield from _required(draft, [{"zzKey": []}], [{"zzKey": []}, {}])
    yield from _required(draft, [{"zzFlow": ["read", "write"]}], [{"zzFlow": ["read"]}])
    yield from _required(draft, [{"zzKey": [], "zzToken": []}], [{"zzKey": []}])


@kind("security scheme renamed", "compatible", "the name is the contract's own; no call has it")
def scheme_renamed(draft: Draft) -> Iterator[Edit]:
    for operation in _operations(draft):

        def rename(document: dict[str, Any], pointer: str = operation.pointer) -> None:
            schemes = document["components"]["securitySchemes"]
            schemes["zzOther"] = schemes.pop("zzKey")
            on(pointer, lambda node: node.update(security=[{"zzOther": []}]))(document)

        yield Edit(
            operation.pointer,
            rename,
            _secured(operation.pointer, [{"zzKey": []}], zzKey=_KEY),
        )


@kind("flow or scope offered, scheme described", "compatible", "what was there still is")
def offered(draft: Draft) -> Iterator[Edit]:
    more = _oauth(scopes={"read": "Read.", "write": "Write all.", "admin": "Administer."})
    yield from _redefined(draft, _oauth(), more)
    yield from _redefined(
        draft, _HTTP, {"type": "http", "scheme": "Bearer", "description": "A token."}
    )
