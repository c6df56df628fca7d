"""The mutants before the gate, and before oasdiff alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from accord.errors import AccordError
from accord.gates import oasdiff
from accord.gates.breaking import compare
from accord.gates.oasdiff import Change
from scripts.mutants.contracts import ROOT
from scripts.mutants.mutants import Mutant

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What was said about one mutant. `axes` are those of the gate's findings; `said` the first
    of them; `oasdiff` whether it alone says anything (None: it cannot read the contract)."""

    mutant: Mutant
    axes: frozenset[str]
    said: str
    oasdiff: bool | None
    fault: str = ""

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
    except AccordError as error:
        return Result(mutant, frozenset(), "", alone, str(error))
    finally:
        old.unlink()
        new.unlink()
    axes = frozenset(each.axis for each in found)
    return Result(mutant, axes, str(found[0].what) if found else "", alone)


def _oasdiff(old: Path, new: Path) -> tuple[Change, ...] | None:
    try:
        return oasdiff.breaking(oasdiff.find(ROOT), old, new)
    except oasdiff.CannotCompare:
        return None
