"""The mutants before the gate, and before oasdiff alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from accord.errors import AccordError
from accord.gates import oasdiff
from accord.gates.breaking import compare
from accord.gates.finding import Finding
from accord.gates.law import Document
from accord.gates.oasdiff import Change
from accord.gates.witness.versions import Versions
from accord.gates.witness.witness import Witness
from scripts.mutants.contracts import ROOT
from scripts.mutants.mutants import Mutant

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Verdicts of one mutant on schemas and parameters: how many, how many have a witness or share
    one, and how many of those are refused when contracts and witness are read anew."""

    verdicts: int
    shown: int
    refused: int


@dataclass(frozen=True, slots=True)
class Result:
    """What was said about one mutant. `axes` are those of the gate's findings; `said` the first
    of them; `oasdiff` whether it alone says anything (None: it cannot read the contract);
    `witnesses` what shows them (None: nothing was said about a schema or parameter)."""

    mutant: Mutant
    axes: frozenset[str]
    said: str
    oasdiff: bool | None
    fault: str = ""
    witnesses: Witnesses | None = None

    @property
    def right(self) -> bool:
        """Compatible: nothing is said. Breaking: it is said, on the axis where it breaks."""
        if self.fault:
            return False
        label = self.mutant.kind.label
        return not self.axes if label == "compatible" else label in self.axes

    @property
    def oasdiff_right(self) -> bool:
        """The same for oasdiff, which knows one axis only."""
        return (self.oasdiff or False) == (self.mutant.kind.label != "compatible")


def score(mutants: Iterable[Mutant]) -> Iterator[Result]:
    """A result for each, in order."""
    with (
        tempfile.TemporaryDirectory(prefix="accord-mutants-") as folder,
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        yield from pool.map(partial(_judge, Path(folder)), count(), mutants)


def _judge(folder: Path, number: int, mutant: Mutant) -> Result:
    old, new = folder / f"{number}-old.json", folder / f"{number}-new.json"
    for path, document in zip((old, new), mutant.documents(), strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    changes = _oasdiff(old, new)
    alone = None if changes is None else bool(changes)
    try:
        found = [each for each in compare(ROOT, old, new, changes) if each.axis]
        witnesses = _witnesses(old, new, found)
    except AccordError as error:
        return Result(mutant, frozenset(), "", alone, str(error))
    finally:
        old.unlink()
        new.unlink()
    axes = frozenset(each.axis for each in found)
    said = str(found[0].what) if found else ""
    return Result(mutant, axes, said, alone, witnesses=witnesses)


def _witnesses(old: Path, new: Path, found: Sequence[Finding]) -> Witnesses | None:
    evidence = [each.evidence for each in found if each.evidence is not None]
    if not evidence:
        return None
    shown = [Witness.from_json(each.data["witness"]) for each in evidence if each.file]
    versions = Versions(Document(old), Document(new))
    refused = sum(versions.confirm(each) is None for each in shown)
    return Witnesses(len(evidence), sum(each.shows for each in evidence), refused)


def _oasdiff(old: Path, new: Path) -> tuple[Change, ...] | None:
    try:
        return oasdiff.breaking(oasdiff.find(ROOT), old, new)
    except oasdiff.CannotCompare:
        return None
