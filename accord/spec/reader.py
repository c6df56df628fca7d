"""The whole flow, load → bundle → normalise → name → build, and where contracts are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from accord.errors import ContractErrors, Fault
from accord.spec.build import build, tag_order
from accord.spec.bundle import bundle
from accord.spec.checks import check, check_outgoing
from accord.spec.compositions import check_compositions
from accord.spec.directions import split_directions
from accord.spec.discriminators import write_out_mappings
from accord.spec.exchanges import Exchanges
from accord.spec.file_parts import mark_files
from accord.spec.files import Files
from accord.spec.findings import Findings
from accord.spec.hoist import Hoist
from accord.spec.ir import Contract, Locked
from accord.spec.load import is_legacy, load
from accord.spec.naming import name_all
from accord.spec.overlay import apply_overlay, overlays_beside

_SERVED = re.compile(r"(?P<service>[a-z][a-z0-9_]*)/(?P<version>v\d+)\.(?:ya?ml|json)$")
_CALLED = re.compile(r"downstream/(?P<name>[a-z][a-z0-9_]*)\.(?:ya?ml|json)$")


@dataclass(frozen=True, slots=True)
class Source:
    """A contract found by convention; `name` is `store/v2` or `downstream/payments`."""

    name: str
    path: Path
    kind: Literal["served", "called"]


def discover(root: Path) -> tuple[Source, ...]:
    """The contracts under `root/openapi`, served ones first, each by name.

    `openapi/<service>/v<N>.yaml` is served, `openapi/downstream/<name>.yaml` is called; `.yml`
    and `.json` do as well. Other files are parts of contracts, or not contracts.
    """
    folder = root / "openapi"
    found = [
        source
        for path in sorted(folder.glob("*/*"))
        if (source := _source(path, path.relative_to(folder).as_posix())) is not None
    ]
    return tuple(sorted(found, key=lambda source: (source.kind == "called", source.name)))


def read(
    path: Path,
    *,
    name: str | None = None,
    base: Path | None = None,
    strict: bool = False,
    locked: Locked | None = None,
    files: Files | None = None,
    overlays: Sequence[Path] = (),
) -> Contract:
    """The contract in the file at `path`, with all files that it refers to.

    `base` is the project's root: faults show paths relative to it, and a contract below its
    `openapi` folder is named by convention. `locked` holds names that must stay as they are.
    `overlays` change it, in their order, after the one beside it (`v1.overlay.yaml`).
    `files`, made with the same base, tells afterwards which files were read, or could not be.

    Raises `ContractErrors` with every fault found; under `strict` warnings are faults.
    """
    try:
        name = name or _name(path, base)
        return _read(path, name, files or Files(base), strict, locked, overlays)
    except RecursionError:
        reason = "schemas or references are nested too deeply to be read"
        mend = "name inner schemas under components and use $ref"
        raise ContractErrors([Fault(str(path), 0, 0, "", reason, mend)]) from None


def _read(
    path: Path,
    name: str,
    files: Files,
    strict: bool,
    locked: Locked | None,
    overlays: Sequence[Path],
) -> Contract:
    root = load(path, files)
    findings = Findings(root)
    for overlay in (*overlays_beside(path), *overlays):
        apply_overlay(root, overlay, files, findings)
    document = bundle(files, root, findings)
    hoist = Hoist(document, findings, legacy=is_legacy(document))
    reading = Exchanges(document, hoist)
    exchanges = list(reading.all())
    sent = list(reading.sent(exchanges))
    outgoing = [one.exchange for one in sent]
    hoist.drop_wrong_defaults()
    mark_files(hoist.schemas, exchanges, legacy=is_legacy(document))
    write_out_mappings(hoist.schemas)
    check_compositions(hoist.schemas, findings)
    check(document, exchanges, findings)
    check_outgoing(outgoing, findings)
    findings.stop(strict=strict)
    split_directions(hoist.schemas, hoist.wishes, exchanges, outgoing)
    tags = tag_order(document, exchanges)
    names = name_all(hoist.wishes.values(), exchanges, tags, locked)
    contract = build(
        document,
        exchanges,
        sent,
        hoist.schemas,
        names,
        source=root.shown,
        name=name,
        digest=files.digest(),
    )
    return replace(contract, warnings=findings.warnings)


def _source(path: Path, below: str) -> Source | None:
    if called := _CALLED.match(below):
        return Source(f"downstream/{called['name']}", path, "called")
    if (served := _SERVED.match(below)) and served["service"] != "released":
        return Source(f"{served['service']}/{served['version']}", path, "served")
    return None


def _name(path: Path, base: Path | None) -> str:
    if base is not None:
        folder = (base / "openapi").absolute()
        if path.absolute().is_relative_to(folder):
            source = _source(path, path.absolute().relative_to(folder).as_posix())
            if source is not None:
                return source.name
    return path.stem
