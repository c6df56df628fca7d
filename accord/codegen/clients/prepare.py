"""Makes a contract fit openapi-python-client, which knows less of OpenAPI than the IR does.

It drops what it does not understand, and mangles names by rules of its own. So it is given what it
can hold: each operation at its path and each schema once, under neutral names. What they mean is
in the IR, which the templates read; what they are called is put in when the files are collected.
"""

from __future__ import annotations

from typing import Any

from accord.codegen.schemas import Schemas
from accord.spec.ir import Contract, Operation

_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))


class Prepared:
    """A contract as openapi-python-client is given it, with what its names stand for."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self.operations = {
            f"operation{index}": operation for index, operation in enumerate(contract.operations)
        }
        self.tags = {f"tag{index}": tag for index, tag in enumerate(contract.tags)}
        self.schemas = {f"Schema{index}": name for index, name in enumerate(contract.schemas)}
        self.document = self._document(contract, schemas)

    def _document(self, contract: Contract, schemas: Schemas) -> dict[str, Any]:
        tags = {tag: neutral for neutral, tag in self.tags.items()}
        paths = {
            f"/{neutral}": {_method(operation): _operation(neutral, tags[operation.tag])}
            for neutral, operation in self.operations.items()
        }
        named = {
            neutral: _schema(neutral, schemas.kind(name)) for neutral, name in self.schemas.items()
        }
        return {
            "openapi": "3.1.0",
            "info": {"title": contract.name.rpartition("/")[2], "version": contract.release},
            "paths": paths,
            "components": {"schemas": named},
        }


def _operation(neutral: str, tag: str) -> dict[str, Any]:
    return {"operationId": neutral, "tags": [tag], "responses": {"default": {"description": ""}}}


def _method(operation: Operation) -> str:
    method = operation.method.lower()
    return method if method in _METHODS else "post"


def _schema(neutral: str, kind: str) -> dict[str, Any]:
    """A class of its own for an object; for everything else, what also gets a module: an enum."""
    if kind == "object":
        return {"type": "object"}
    return {"type": "string", "enum": [neutral]}
