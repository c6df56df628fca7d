"""Security said at another place, in another order, by another flow: alternatives of `security` are
sets of schemes; the operation's list replaces the contract's; an empty one asks for nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from scripts.mutants.mutants import Draft, Edit, Label, Step, kind, on

Document = dict[str, Any]
Requirements = list[dict[str, list[str]]] | None
"""None: the key is not there."""

_URL = "https://id.example"
_SCHEMES: dict[str, Any] = {
    "zzKey": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "zzToken": {"type": "http", "scheme": "bearer"},
    "zzId": {"type": "openIdConnect", "openIdConnectUrl": f"{_URL}/.well-known"},
    "zzFlow": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": f"{_URL}/token",
                "refreshUrl": f"{_URL}/refresh",
                "scopes": {"read": "Read.", "write": "Write."},
            }
        },
    },
}


def _secured(pointer: str, everywhere: Requirements, here: Requirements) -> Step:
    def secure(document: Document) -> None:
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        for name, scheme in _SCHEMES.items():
            schemes.setdefault(name, copy.deepcopy(scheme))
        for at, requirements in (("", everywhere), (pointer, here)):
            if requirements is None:
                on(at, lambda node: node.pop("security", None))(document)
            else:
                on(at, lambda node, value=requirements: node.update(security=copy.deepcopy(value)))(
                    document
                )

    return secure


Place = tuple[Requirements, Requirements]
"""`security` of the contract and of the operation."""
_KEY, _TOKEN, _BOTH = {"zzKey": []}, {"zzToken": []}, {"zzKey": [], "zzToken": []}


def _required(name: str, label: Label, why: str, *pairs: tuple[Place, Place]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for operation in draft.uses.operations:
            alone = len(draft.uses.operations) == 1
            for number, (before, after) in enumerate(pairs):
                # Another operation without a list of its own would change with the contract's.
                if before[0] == after[0] or alone or label == "wire":
                    yield Edit(
                        f"{operation.pointer} {number}",
                        _secured(operation.pointer, *after),
                        _secured(operation.pointer, *before),
                    )


_required(
    "operation's own security gone",
    "wire",
    "what the contract asks of everything is asked of it too",
    (([_KEY], []), ([_KEY], None)),
    (([_KEY], [_TOKEN]), ([_KEY], None)),
    (([_KEY], None), ([_KEY], [_BOTH])),
    (([_KEY], [_KEY, {}]), ([_KEY], None)),
)
_required(
    "security in other words",
    "compatible",
    "the same credentials are enough",
    (([_KEY], [_KEY]), ([_KEY], None)),
    (([_KEY], None), ([_KEY], [_KEY])),
    (([], [_KEY, _TOKEN]), ([], [_TOKEN, _KEY])),
    (([], [_KEY, _BOTH]), ([], [_KEY])),
    (([], [_KEY]), ([], [_KEY, _BOTH])),
    (([], [_KEY]), ([], [_KEY, _KEY])),
    (([], None), (None, None)),
    (([], [{"zzFlow": ["read", "write"]}]), ([], [{"zzFlow": ["write", "read"]}])),
    (([_KEY], None), ([_KEY], [])),
)
_required(
    "scope of OpenID or of one alternative required",
    "wire",
    "403 for tokens that were enough",
    (([], [{"zzId": []}]), ([], [{"zzId": ["read"]}])),
    (([], [{"zzId": ["read"]}]), ([], [{"zzId": ["write"]}])),
    (
        ([], [{"zzFlow": ["read"]}, _KEY]),
        ([], [{"zzFlow": ["read", "write"]}, _KEY]),
    ),
    (([], [_BOTH]), ([], [{**_BOTH, "zzId": []}])),
)


def _redefined(name: str, label: Label, why: str, scheme: str, *changes: dict[str, Any]) -> None:
    """`changes`: dotted path within the scheme → value (None: taken out)."""

    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for operation in draft.uses.operations:
            for number, change in enumerate(changes):

                def apply(document: Document, change: dict[str, Any] = change) -> None:
                    for path, value in change.items():
                        node = document["components"]["securitySchemes"][scheme]
                        *parents, last = path.split(".")
                        for key in parents:
                            node = node.setdefault(key, {})
                        if value is None:
                            del node[last]
                        else:
                            node[last] = value

                yield Edit(
                    f"{operation.pointer} {scheme} {number}",
                    apply,
                    _secured(operation.pointer, [], [{scheme: []}]),
                )


_CLIENT = "flows.clientCredentials"
_redefined(
    "flow of OAuth replaced or moved",
    "wire",
    "callers that use it get or renew no token",
    "zzFlow",
    {
        _CLIENT: None,
        "flows.password": {"tokenUrl": f"{_URL}/token", "scopes": {"read": "", "write": ""}},
    },
    {f"{_CLIENT}.refreshUrl": f"{_URL}/elsewhere"},
    {f"{_CLIENT}.refreshUrl": None},
    {f"{_CLIENT}.tokenUrl": f"{_URL}/elsewhere"},
)
_redefined(
    "flow of OAuth offered, texts changed",
    "compatible",
    "what was there still is",
    "zzFlow",
    {"flows.password": {"tokenUrl": f"{_URL}/token", "scopes": {}}},
    {"description": "How to get a token."},
    {f"{_CLIENT}.scopes.read": "Read everything."},
    {f"{_CLIENT}.scopes.admin": "Administer."},
)
_redefined(
    "API key in other case",
    "compatible",
    "HTTP does not tell headers apart by case",
    "zzKey",
    {"name": "x-key"},
    {"name": "X-KEY"},
)
_redefined(
    "API key moved to a cookie or the query",
    "wire",
    "it is looked for elsewhere",
    "zzKey",
    {"in": "cookie"},
    {"in": "query"},
)
