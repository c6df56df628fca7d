"""What the author of a contract wrote beside the media types and headers of replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from accord.runtime.media_types import essence
from accord.spec import ir
from accord.spec.pointers import NotThere, find

UNNAMED = ""
"""The name of what stands under `example`."""


class Document:
    """The document of a contract, as its author wrote it: examples, and what schemas say of XML."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def examples(self, operation: ir.Operation, status: str, media_type: str) -> Mapping[str, Any]:
        """The examples of one media type of a reply, by name."""
        return dict(self._values(self._media(operation, status, media_type)))

    def header_examples(
        self, operation: ir.Operation, status: str, header: str
    ) -> Mapping[str, Any]:
        """The examples of one header of a reply, by name."""
        for name, node in self._reply(operation, status).get("headers", {}).items():
            if name.lower() == header.lower():
                return dict(self._values(self.followed(node)))
        return {}

    def schema(self, operation: ir.Operation, status: str, media_type: str) -> Any:
        """The schema of one media type of a reply."""
        return self._media(operation, status, media_type).get("schema", {})

    def followed(self, node: Any) -> Mapping[str, Any]:
        """What a reference leads to; nothing where that is no object."""
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(ref := node.get("$ref"), str):
            if ref in seen or not ref.startswith("#"):
                return {}
            seen.add(ref)
            try:
                node = find(self._document, unquote(ref[1:]))
            except NotThere:
                return {}
        return node if isinstance(node, Mapping) else {}

    def _media(self, operation: ir.Operation, status: str, media_type: str) -> Mapping[str, Any]:
        for name, media in self._reply(operation, status).get("content", {}).items():
            if essence(name) == essence(media_type):
                return self.followed(media)
        return {}

    def _reply(self, operation: ir.Operation, status: str) -> Mapping[str, Any]:
        try:
            node = find(self._document, operation.pointer)
        except NotThere:
            return {}
        for key, reply in (node.get("responses") or {}).items():
            if str(key).upper() == status.upper():
                return self.followed(reply)
        return {}

    def _values(self, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        if "example" in node:
            yield UNNAMED, node["example"]
        named = node.get("examples")
        for name, example in named.items() if isinstance(named, Mapping) else ():
            example = self.followed(example)
            for member in ("value", "dataValue", "serializedValue"):
                if member in example:
                    yield name, example[member]
                    break
