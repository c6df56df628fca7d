"""A request to begin with: what a service prints when it starts on somebody's laptop."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from accord.runtime.declare import ApiKey, Contract, Http, Operation, Parameter


def first_request(contracts: Sequence[Contract], url: str) -> str | None:
    """A curl command for the first GET that needs no input but credentials, of which any will do
    where nobody verifies them; None where the contracts have no such operation.

    `url` is where the service answers, without a slash at the end.
    """
    for contract in contracts:
        for operation in contract.operations:
            if operation.method == "GET" and not any(map(_is_needed, operation.parameters)):
                asked = _credentials(contract, operation)
                if asked is not None:
                    query, options = asked
                    return shlex.join(["curl", "-i", *options, f"{url}{operation.path}{query}"])
    return None


def _is_needed(parameter: Parameter) -> bool:
    return parameter.required


def _credentials(contract: Contract, operation: Operation) -> tuple[str, list[str]] | None:
    """What to add to the path, and curl's options; None where curl has no simple way to say it."""
    query: list[str] = []
    options: list[str] = []
    for name in min(operation.security, key=len, default={}):
        match contract.schemes[name]:
            case ApiKey(location="query", name=key):
                query.append(f"{key}=any")
            case ApiKey(location="header", name=key):
                options += ["-H", f"{key}: any"]
            case ApiKey(name=key):
                options += ["-b", f"{key}=any"]
            case Http("basic"):
                options += ["-u", "any:any"]
            case Http():
                options += ["-H", "Authorization: Bearer any"]
            case _:
                return None
    return f"?{'&'.join(query)}" if query else "", options
