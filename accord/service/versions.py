"""Paths without a version: the version is left to a header or to the query.

`/items` with `API-Version: 2`, or `/items?api-version=2`, is `/v2/items`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Scope

from accord.runtime.declare import Contract
from accord.runtime.problem import FieldError, Problem
from accord.service.answer import answering
from accord.service.exchange import Exchange, Layer

HEADER = "API-Version"
QUERY = "api-version"


class Versions(Layer):
    """Turns an unversioned path into that of the version asked for, which the answer names too.

    `contracts` are those of one service, `store/v1` and `store/v2`, whose paths begin with their
    version. There is no default: one that moved with the next version would break callers who
    never chose. A version that is missing, unknown or contradicts itself is answered 400.
    """

    def __init__(self, app: ASGIApp, *, contracts: Sequence[Contract]) -> None:
        self.app = app
        self._versions = tuple(contract.name.rpartition("/v")[2] for contract in contracts)
        self._resources = frozenset(
            operation.path.split("/")[2]
            for contract in contracts
            for operation in contract.operations
        )

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        if self._resources.isdisjoint(scope["path"].split("/", 2)[1:2]):
            return None
        exchange.headers.append((b"vary", HEADER.encode()))
        asked, query = _asked(exchange, scope["query_string"])
        if len(asked) != 1 or not asked <= set(self._versions):
            return answering(self._refusal(asked))
        (version,) = asked
        exchange.headers.append((HEADER.lower().encode(), version.encode()))
        prefix = f"/v{version}"
        # In place: who is further out reads from the scope what it has become.
        scope["path"] = prefix + scope["path"]
        scope["raw_path"] = prefix.encode() + (scope.get("raw_path") or b"")
        scope["query_string"] = query
        return None

    def _refusal(self, asked: set[str]) -> Problem:
        served = ", ".join(self._versions)
        if not asked:
            said = "is needed on paths without a version"
        elif len(asked) > 1:
            said = "is given twice, and differs"
        else:
            said = "names a version that is not served"
        fault = FieldError("version", f"One of {served}.", parameter=HEADER, location="header")
        return Problem(
            400,
            code="unknown_version",
            detail=f"{HEADER} {said}; send one of {served}.",
            errors=(fault,),
        )


def _asked(exchange: Exchange, query: bytes) -> tuple[set[str], bytes]:
    """The versions that header and query name, and the query without them."""
    asked = set()
    given = exchange.request.get(HEADER.lower().encode())
    if given is not None:
        asked.add(given.decode("latin-1").strip())
    if QUERY.encode() not in query:
        return asked, query
    kept = []
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == QUERY.encode():
            asked.add(unquote_plus(value.decode("latin-1")))
        else:
            kept.append(part)
    return asked, b"&".join(kept)
