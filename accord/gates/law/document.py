"""A contract as the law reads it: bundled, as its author wrote it, every place known."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from accord.gates.finding import Place
from accord.spec.bundle import bundle
from accord.spec.files import Files
from accord.spec.findings import Findings
from accord.spec.load import is_legacy, load
from accord.spec.pointers import NotThere, find, parent

_MOST_REFERENCES = 100


class Document:
    """One version of a contract. Pointers are those of the bundled document."""

    def __init__(self, path: Path, base: Path | None = None) -> None:
        """Reads `path` with all files it refers to; printed paths are relative to `base`.

        Raises `ContractErrors` where it does not parse or is not an OpenAPI document.
        """
        files = Files(base)
        root = load(path.absolute() if base is not None else path, files)
        self._findings = Findings(root)
        self.data: dict[str, Any] = bundle(files, root, self._findings)
        self._findings.stop()
        self.is_legacy = is_legacy(self.data)
        """Whether schemas are OpenAPI 3.0's."""

    def find(self, pointer: str) -> Any:
        """The value at `pointer`; an empty object where the bundler left something out."""
        try:
            return find(self.data, pointer)
        except NotThere:
            return {}

    def follow(self, pointer: str) -> tuple[str, Any]:
        """Where the value at `pointer` is defined, and the value, after references."""
        node = self.find(pointer)
        for _ in range(_MOST_REFERENCES):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            pointer = unquote(node["$ref"][1:])
            node = self.find(pointer)
        return pointer, node

    def has(self, pointer: str) -> bool:
        """Whether there is a value at `pointer`."""
        try:
            find(self.data, pointer)
        except NotThere:
            return False
        return True

    def place(self, pointer: str) -> Place:
        """File, line and pointer as the author knows them, of `pointer` or its nearest ancestor
        that is there."""
        while pointer and not self.has(pointer):
            pointer = parent(pointer)
        file, source = self._findings.origin(pointer)
        return Place(file.shown, *file.place(source), source)
