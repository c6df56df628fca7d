"""A contract as its author wrote it, bundled and with its overlay, with the place of everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.spec.bundle import bundle
from accord.spec.files import Files
from accord.spec.findings import Findings
from accord.spec.load import load
from accord.spec.overlay import apply_overlay, overlays_beside


@dataclass(frozen=True, slots=True)
class Authored:
    """`document` has local references only."""

    document: Mapping[str, Any]
    _findings: Findings

    def place(self, pointer: str) -> tuple[str, int, int, str]:
        """File, line, column (from 1) and pointer in that file of what is at `pointer`."""
        file, source = self._findings.origin(pointer)
        return (file.shown, *file.place(source), source)


def authored(path: Path, *, base: Path | None = None) -> Authored:
    """The contract in the file at `path`; paths are shown relative to `base`.

    Raises `ContractErrors` where it cannot be read.
    """
    files = Files(base)
    root = load(path, files)
    findings = Findings(root)
    for overlay in overlays_beside(path):
        apply_overlay(root, overlay, files, findings)
    document = bundle(files, root, findings)
    findings.stop()
    return Authored(document, findings)
