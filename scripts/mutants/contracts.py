"""The contracts that mutants are made from: valid ones of one file, small enough to be many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import AccordError
from accord.spec.files import Files

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ACCORD_CORPUS", ROOT.parent / "shared" / "corpus"))
_LARGEST = 120_000
"""Bytes. Every mutant is written, read and compared twice."""


@dataclass(frozen=True, slots=True)
class Contract:
    """`origin` is `own` or `corpus`; `document` is the parsed text, not to be changed."""

    name: str
    origin: str
    document: dict[str, Any]

    @property
    def is_legacy(self) -> bool:
        """Whether schemas are OpenAPI 3.0's."""
        return str(self.document["openapi"]).startswith("3.0")


def contracts() -> Iterator[Contract]:
    """The store's and the downstreams' contracts, then the corpus' (none where it is not there)."""
    for path in sorted(ROOT.glob("openapi/store/*.yaml")) + sorted(
        ROOT.glob("openapi/downstream/*.yaml")
    ):
        name = path.relative_to(ROOT / "openapi").with_suffix("").as_posix()
        own = _contract(path, "own", name)
        assert own is not None
        yield own
    for folder in ("real", "features"):
        for path in sorted((CORPUS / folder).rglob("*.*")):
            if "digitalocean" in path.parts or path.stat().st_size > _LARGEST:
                continue
            name = path.relative_to(CORPUS).as_posix()
            try:
                contract = _contract(path, "corpus", name)
            except AccordError:
                continue
            if contract is not None:
                yield contract


def _contract(path: Path, origin: str, name: str) -> Contract | None:
    spec.read(path, name="contract")
    document = Files().load(path).data
    version = str(document["openapi"])
    if origin == "corpus" and (
        _refers_outside(document)
        or not version.startswith(("3.0", "3.1"))
        or not document.get("paths")
    ):
        return None
    return Contract(name, origin, document)


def _refers_outside(node: Any) -> bool:
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str) and not target.startswith("#/"):
            return True
        return any(_refers_outside(value) for value in node.values())
    return isinstance(node, list) and any(_refers_outside(value) for value in node)
