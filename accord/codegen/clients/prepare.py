"""Makes a contract fit openapi-python-client, which knows less of OpenAPI than the IR does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from accord.spec import pointers
from accord.spec.ir import Contract, Operation

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def prepare(contract: Contract) -> dict[str, Any]:
    """The contract's document with string keys, operationIds, full paths and one tag each.

    The document of the contract is left as it is. Operations get the id and the tag that the IR
    gave them, so that client and server call everything alike; paths include the base path of
    `servers`, as `Operation.path` does.
    """
    document: dict[str, Any] = _plain(contract.document)
    operations = {operation.pointer: operation for operation in contract.operations}
    paths: dict[str, Any] = {}
    for path, item in document.get("paths", {}).items():
        base = ""
        for method in _METHODS & item.keys():
            operation = operations.get(pointers.join("/paths", path, method))
            if operation is not None:
                base = _base(operation, path)
                item[method] |= {"operationId": operation.id, "tags": [operation.tag.module]}
        paths[base + path] = item
    document["paths"] = paths
    return document


def _base(operation: Operation, path: str) -> str:
    """What the IR put before `path`; fragments are kept here, httpx does not send them."""
    plain, _, _ = path.partition("#")
    return operation.path.removesuffix(plain) if operation.path.endswith(plain) else ""


def _plain(value: Any) -> Any:
    """Plain dicts and lists with string keys: in YAML `200:` is a number, `on:` a boolean."""
    if isinstance(value, Mapping):
        return {_key(key): _plain(member) for key, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(member) for member in value]
    return value


def _key(key: object) -> str:
    return key if isinstance(key, str) else json.dumps(key)
