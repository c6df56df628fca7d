"""The contract as it is really answered: what `accord explain --effective` prints.

It adds nothing but errors that the engine answers and the contract does not declare, and counts
them. Contracts of others are fuzzed against this; ours declare everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from accord.runtime.declare import PROBLEM
from accord.runtime.problem import phrase
from accord.spec.ir import Contract, Operation
from accord.spec.pointers import NotThere, find

_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Effective:
    """`document` is OpenAPI. `added` counts what it has more than the contract: whole replies,
    and problem documents among the bodies of a reply that declares others."""

    document: Mapping[str, Any]
    added: int


def effective(contract: Contract) -> Effective:
    """`contract` with the engine's own errors, wherever an operation can have them."""
    document = deepcopy(dict(contract.document))
    added = 0
    for operation in contract.operations:
        node = find(document, operation.pointer)
        replies = node["responses"] = _followed(document, node.get("responses") or {})
        # Keys of YAML may be numbers; what decides is their text.
        by_status = {str(key).upper(): key for key in replies}
        if all(status[0] == "1" for status in by_status):
            replies["204"] = {"description": phrase(204)}
            added += 1
        for status in engine_errors(operation):
            known = _answered_as(status, by_status)
            reply = _followed(document, replies[by_status[known]]) if known in by_status else {}
            if known.isdigit() and reply and "content" not in reply:
                continue  # its author says nothing about the body
            if PROBLEM not in reply.get("content", {}):
                exact = by_status.get(known, known) if known.isdigit() else str(status)
                replies[exact] = _with_problem(reply if known.isdigit() else {}, phrase(status))
                added += 1
    return Effective(document, added)


def engine_errors(operation: Operation) -> tuple[int, ...]:
    """The statuses that the engine itself may answer `operation` with."""
    found = [405]
    if operation.body is not None:
        found += [400, 413, 415]
    if operation.parameters or operation.body is not None:
        found.append(422)
    if operation.security:
        found += [401, 403]
    if any(reply.media for reply in operation.replies):
        found.append(406)
    return tuple(sorted(found))


def _answered_as(status: int, declared: Mapping[str, Any]) -> str:
    """The first that is declared of: the status, 400 for 422, the range, `default`; else the
    status."""
    also = ["400"] if status == 422 else []
    candidates = [str(status), *also, f"{status // 100}XX", "DEFAULT"]
    return next((one for one in candidates if one in declared), str(status))


def _with_problem(reply: Mapping[str, Any], description: str) -> dict[str, Any]:
    """`reply` with a problem document among its bodies; one that comes without its headers."""
    headers = {
        name: {**header, "required": False} for name, header in reply.get("headers", {}).items()
    }
    return {
        "description": description,
        **reply,
        **({"headers": headers} if headers else {}),
        "content": {**reply.get("content", {}), PROBLEM: {"schema": dict(_SCHEMA)}},
    }


def _followed(document: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    while isinstance(node.get("$ref"), str):
        try:
            node = find(document, node["$ref"][1:])
        except NotThere:
            break
    return dict(node)
