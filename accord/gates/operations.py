"""Which operation of a contract a request calls, and what callers see of an operation."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from accord.spec.grammar import METHODS
from accord.spec.pointers import NotThere, find

_NOT_SEEN = frozenset(
    ("description", "summary", "tags", "example", "examples", "externalDocs", "links", "title")
)


NOWHERE = "00000000-0000-4000-8000-000000000000"
"""An id of nothing."""


def filled(path: str) -> str:
    """A path whose parameters are ids of nothing."""
    return re.sub(r"\{[^}]*\}", NOWHERE, path)


class Operations:
    """The operations of a bundled contract."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._known: list[tuple[str, re.Pattern[str], str, str]] = []
        self._document = document
        for path, item in document.get("paths", {}).items():
            pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$")
            for method in METHODS:
                if method in item:
                    id_ = item[method].get("operationId")
                    called = f"{method.upper()} {path}"
                    named = f"{called} ({id_})" if id_ else called
                    self._known.append((method.upper(), pattern, called, named))
        # Concrete paths before templated ones.
        self._known.sort(key=lambda each: each[2].count("{"))

    def of(self, method: str, target: str) -> str:
        """`GET /v2/items (listItems)` for a request; method and path alone where there is none."""
        path = urlsplit(target).path
        for verb, pattern, _, named in self._known:
            if verb == method and pattern.match(path):
                return named
        return f"{method} {path}"

    def named(self, called: str) -> str:
        """`GET /v2/items (listItems)` for `GET /v2/items`."""
        return next((named for _, _, known, named in self._known if known == called), called)

    def each(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Method, path and the operation as the contract has it, in the contract's order."""
        for path, item in self._document.get("paths", {}).items():
            for method, operation in item.items():
                if method in METHODS:
                    yield method.upper(), path, operation

    def digests(self) -> dict[str, str]:
        """What callers see of each operation, by method and path, as a digest: two contracts in
        which it is the same promise the same of it."""
        found = {}
        for verb, _, called, _ in self._known:
            path = called.partition(" ")[2]
            item = self._document["paths"][path]
            seen = {
                "path": path,
                "operation": item[verb.lower()],
                "parameters": item.get("parameters", []),
                "security": self._document.get("security"),
            }
            text = json.dumps(self._resolved(seen, ()), sort_keys=True, default=str)
            found[called] = hashlib.sha256(text.encode()).hexdigest()
        return found

    def _resolved(self, node: Any, above: tuple[str, ...], *, names: bool = False) -> Any:
        """`node` with its references followed, and without what callers do not see. Keys are
        `names` in tables of properties and the like, where they are not keywords."""
        if isinstance(node, list):
            return [self._resolved(each, above) for each in node]
        if not isinstance(node, Mapping):
            return node
        target = node.get("$ref")
        if isinstance(target, str) and not names:
            if target in above:
                return {"$ref": target}
            try:
                inner = find(self._document, target[1:])
            except NotThere:
                return dict(node)
            return self._resolved(inner, (*above, target))
        return {
            key: self._resolved(inner, above, names=key == "properties" and not names)
            for key, inner in node.items()
            if names or not (key in _NOT_SEEN or str(key).startswith("x-"))
        }
