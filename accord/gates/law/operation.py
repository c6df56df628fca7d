"""One operation, and all that stand below one place of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accord.gates.law.document import Document
from accord.spec.grammar import METHODS
from accord.spec.pointers import join

TEMPLATE = re.compile(r"\{([^{}]*)\}")
"""A parameter in a path."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation where it is defined; `item` is its path item's pointer."""

    method: str
    path: str
    item: str
    pointer: str
    node: Mapping[str, Any]

    @property
    def name(self) -> str:
        """`GET /v2/items (listItems)`."""
        called = f"{self.method.upper()} {self.path}"
        id_ = self.node.get("operationId")
        return f"{called} ({id_})" if isinstance(id_, str) else called


Operations = Mapping[tuple[str, str], Operation]


def operations_below(document: Document, section: str, base: str = "") -> Operations:
    """The operations in the path items at `section`, by method and path, after `base`. Names of
    path parameters do not count; the addresses of callbacks are expressions, and do."""
    found = {}
    items = document.find(section)
    for path in items if isinstance(items, dict) else ():
        if path.startswith("x-"):
            continue
        pointer, item = document.follow(join(section, path))
        nodes = {method: join(pointer, method) for method in METHODS if method in item}
        for method in item.get("additionalOperations") or ():
            nodes[method] = join(pointer, "additionalOperations", method)
        for method, at in nodes.items():
            whole = base + path
            key = (method.lower(), TEMPLATE.sub("{}", whole) if whole[:1] == "/" else whole)
            found[key] = Operation(method, path, pointer, at, document.find(at))
    return found
