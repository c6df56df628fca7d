"""Stage: Schemathesis' coverage phase against the effective contract.

The handlers answer data that the contract's schemas accept, the verifiers know one credential of
each kind, and every reply is validated before it is sent. What is found is judged elsewhere.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.codegen.replies import successes
from accord.gates.effective import effective
from accord.gates.fuzz.report import Report
from accord.gates.fuzz.run import SEED, Run
from accord.mock import Mock
from accord.runtime import Application, BasicCredentials, Principal, Verifier
from accord.spec import Contract, read
from accord.spec.ir import Operation
from accord.spec.pointers import find, join, split
from scripts.corpus.asking import ask
from scripts.corpus.contracts import CORPUS, Case
from scripts.corpus.findings import NOT_TESTED, UNSERVED, Finding
from scripts.corpus.form_bodies import write_forms_of
from scripts.corpus.stage import Result, serve, timed

_SECRET = "corpus-credential"


def main() -> None:
    logging.disable(logging.CRITICAL)
    serve(_fuzz)


def _fuzz(case: Case, folder: Path) -> Result:
    result: Result = {}
    contract = read(case.path, base=CORPUS)
    routes: Any = importlib.import_module(f"{case.package}.routes")
    app = Application(
        apis=[routes.api(**dict.fromkeys(inspect.signature(routes.api).parameters))],
        missing=Mock(),
        verify=_verifiers(contract),
        check_replies=1.0,
    )
    watched = _Watched(app)
    answered = effective(contract)
    document = json.loads(json.dumps(answered.document))
    for operation in contract.operations:
        if operation.id in contract.not_addressable:
            # Schemathesis would take another operation's answers for this one's.
            steps = split(operation.pointer)
            del find(document, join("", *steps[:-1]))[steps[-1]]
    schema = schemathesis.openapi.from_dict(document, config=_config(contract))
    schema.app = watched
    write_forms_of(contract)
    report = Report(case.name, SEED, 0, len(contract.operations))
    with timed(result, "fuzz_s"):
        run = Run(report)
        for event in from_schema(schema).execute():
            run.take(event)
    addressable = {each.id for each in contract.operations} - set(contract.not_addressable)
    left = [each for each in contract.operations if each.id in addressable - watched.served]
    asyncio.run(ask(watched, contract, left, _credentials(contract)))
    unserved = sorted(addressable - watched.served)
    found = [
        *(Finding(each.operation, each.check, str(each)) for each in report.failures),
        *(Finding(error, NOT_TESTED, f"not tested: {error}") for error in report.errors),
        *(Finding(each, UNSERVED, f"{each} was never answered as declared") for each in unserved),
    ]
    return {
        **result,
        "served": len(addressable & watched.served),
        "cases": report.cases,
        "findings": [asdict(each) for each in found],
        "errors_added": answered.added,
    }


class _Watched:
    """The application, and which operations it has answered as its contract says it would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.served: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"])
            await send(message)

        await self._app(scope, receive, noting)

    def _note(self, scope: Scope, status: int) -> None:
        route = scope.get("route")
        operation = getattr(route, "operation", None)
        if operation is None:
            return
        successes = {str(reply.status) for reply in operation.replies}
        if status < 400 or (not successes and str(status) in operation.errors):
            self.served.add(operation.id)


def _verifiers(contract: Contract) -> dict[str, Verifier]:
    scopes = frozenset(
        scope
        for operation in contract.operations
        for alternative in operation.security
        for listed in alternative.values()
        for scope in listed
    )

    async def verify(credential: object) -> Principal | None:
        known = credential in (_SECRET, BasicCredentials("corpus", _SECRET))
        return Principal("corpus", scopes) if known else None

    return {scheme.name: verify for scheme in contract.schemes}


def _credentials(contract: Contract) -> dict[str, str]:
    """Headers with the credential of every scheme that takes one from there."""
    keys = {
        scheme.parameter: _SECRET
        for scheme in contract.schemes
        if scheme.location == "header" and scheme.parameter
    }
    return {**keys, "authorization": f"Bearer {_SECRET}"}


def _label(operation: Operation) -> str:
    """What Schemathesis calls an operation."""
    _, path, *_ = split(operation.pointer)
    return f"{operation.method} {path}"


def _excused(contract: Contract) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Operations, and the checks that mean nothing for them."""
    # Whatever is sent to one that declares no success, the answer is an error.
    failing = [each for each in contract.operations if each.replies and not successes(each)]
    yield list(map(_label, failing)), ("not_a_server_error", "positive_data_acceptance")
    # Paths that differ in their `#fragment` are one: they have the methods of all of them, and
    # what one operation refuses another may take.
    written = {(each.path, _label(each).partition(" ")[2]) for each in contract.operations}
    times = Counter(path for path, _ in written)
    shared = [each for each in contract.operations if times[each.path] > 1]
    yield list(map(_label, shared)), ("allow_header_conformance", "unsupported_method")
    asked = Counter((each.method, each.path) for each in contract.operations)
    twins = [each for each in contract.operations if asked[each.method, each.path] > 1]
    yield list(map(_label, twins)), ("negative_data_rejection", "response_schema_conformance")


def _config(contract: Contract) -> SchemathesisConfig:
    schemes: dict[str, dict[str, str]] = {}
    for scheme in contract.schemes:
        if scheme.type == "apiKey":
            schemes[scheme.name] = {"api_key": _SECRET}
        elif scheme.scheme == "basic":
            schemes[scheme.name] = {"username": "corpus", "password": _SECRET}
        elif scheme.type != "mutualTLS":
            schemes[scheme.name] = {"bearer": _SECRET}
    off = {"enabled": False}
    excused: list[dict[str, Any]] = [
        {"include-name": names, "checks": dict.fromkeys(checks, off)}
        for names, checks in _excused(contract)
        if names
    ]
    others = ("examples", "fuzzing", "stateful")
    return SchemathesisConfig.from_dict(
        {
            "continue-on-failure": True,
            "seed": SEED,
            "phases": dict.fromkeys(others, off),
            "operations": excused,
            "generation": {"database": "none"},
            "cache": {"enabled": False},
            **({"auth": {"openapi": schemes}} if schemes else {}),
        }
    )


if __name__ == "__main__":
    main()
