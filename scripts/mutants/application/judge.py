"""The mutants before the gates, each in a copy of the project."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from accord.errors import AccordError
from accord.gates.fuzz.campaign import Campaign
from accord.gates.releases import freeze
from accord.gates.replay.freezing import evidence
from accord.gates.replay.gate import Replay
from accord.spec import read
from scripts.mutants.application.mutants import Mutant
from scripts.mutants.contracts import ROOT

CONTRACTS = ("store/v2", "store/v1")
START = "start"
_PARTS = ("impl", "generated", "openapi", "clients/downstream", "clients/scenarios")
_FILES = ("pyproject.toml", "clients/__init__.py")
_WORKERS = 2
_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Result:
    """What was said about a mutant: `caught_by` are the gates, the first that were asked until one
    said something; `operations` are those that they named, `said` the first finding."""

    mutant: Mutant
    caught_by: tuple[str, ...]
    operations: frozenset[str]
    said: str
    seconds: float


def judged(mutants: Sequence[Mutant]) -> Iterator[Result]:
    """A result for each, in order. Raises `DoesNotApply` before anything is started."""
    with tempfile.TemporaryDirectory(prefix="accord-mutants-") as folder:
        applied = [_copy(Path(folder, str(number))) for number in range(len(mutants))]
        for mutant, copy in zip(mutants, applied, strict=True):
            mutant.apply(copy)
        released = _released(_copy(Path(folder, "released")))
        # Not threads: what generates requests is bound by one processor each.
        with ProcessPoolExecutor(_WORKERS, multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(_judge, mutants, applied, [released] * len(mutants))


def _copy(root: Path) -> Path:
    for part in _PARTS:
        if (ROOT / part).is_dir():
            left = shutil.ignore_patterns("__pycache__", "released", "approvals.yaml")
            shutil.copytree(ROOT / part, root / part, ignore=left)
    for file in _FILES:
        shutil.copy(ROOT / file, root / file)
    return root


def _released(root: Path) -> Path:
    """The project at `root`, unmutated, with its contracts released as they are."""
    for name in CONTRACTS:
        version = read(root / "openapi" / f"{name}.yaml", name=name, base=root).release
        freeze(root, name, version, evidence(root, name, version))
    return root


def _judge(mutant: Mutant, root: Path, released: Path) -> Result:
    began = time.monotonic()
    shutil.copytree(released / "openapi" / "released", root / "openapi" / "released")
    # Packages are installed once, whichever mutant needs them first.
    (released / "build" / "packages").mkdir(parents=True, exist_ok=True)
    (root / "build").mkdir()
    (root / "build" / "packages").symlink_to(released / "build" / "packages")
    caught: dict[str, None] = {}
    operations: set[str] = set()
    said = ""
    for gate, operation, what in _asked(root, mutant):
        caught[gate] = None
        operations.add(operation.partition(" (")[2].rstrip(")"))
        said = said or what
    shutil.rmtree(root)
    seconds = time.monotonic() - began
    return Result(mutant, tuple(caught), frozenset(operations), said, seconds)


def _asked(root: Path, mutant: Mutant) -> Iterable[tuple[str, str, str]]:
    """What the gates say, from the first that says something: gate, operation, finding."""
    names = CONTRACTS if not mutant.operations[0].startswith("v1.") else CONTRACTS[::-1]
    found: list[tuple[str, str, str]] = []
    try:
        for parts in (("scenarios", "differences"), ("contracts",)):
            for name in names:
                for replayed in Replay(root, None, (name,), parts).run():
                    found += [
                        (finding.rule.removeprefix("replay-"), finding.operation, finding.what)
                        for finding in replayed.findings
                    ]
                if found:
                    return found
        campaign = Campaign(root, CONTRACTS, max_examples=_EXAMPLES, learn=False)
        for report in campaign.run():
            found += [("fuzz", finding.operation, finding.what)
                      for finding in campaign.findings(report)]  # fmt: skip
    except AccordError as error:
        return [(START, "", str(error))]
    return found
