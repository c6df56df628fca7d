"""Fuzzing a project: its served contracts, its application, what it learns, its report on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from accord import spec
from accord.gates.application import Running, running
from accord.gates.finding import Finding, Place
from accord.gates.fuzz import coverage
from accord.gates.fuzz.access import calls
from accord.gates.fuzz.cases import Failed, Kept, NotAlone, Player, kept, written
from accord.gates.fuzz.minimise import minimised
from accord.gates.fuzz.report import Failure, Phase, Report
from accord.gates.fuzz.run import MAX_EXAMPLES, SEED, fuzz, schema_of, shown
from accord.gates.fuzz.touched import budgets, touched
from accord.gates.operations import Operations
from accord.gates.project import commands, fuzz_settings, served

GATE = "fuzz"
CASES = "cases"
"""What cases go by, beside the phases of Schemathesis."""
_MOST_LEARNT = 10
"""Failures of one run that are minimised and kept: one bug makes many."""


@dataclass
class Campaign:
    """Which contracts of the project at `root` are tested (none named: all that are served).

    With `seeds` of more than one, each is a run of its own. `since` is the revision that changes
    are counted from; with `learn` failures are kept as cases. The floor of coverage holds unless
    `raise_floor` writes it anew.
    """

    root: Path
    names: tuple[str, ...] = ()
    seed: int | None = None
    seeds: int = 1
    max_examples: int | None = None
    since: str | None = None
    learn: bool = True
    raise_floor: bool = False
    _sources: dict[str, Path] = field(default_factory=dict, init=False)

    def run(self, application: Running | None = None) -> Iterator[Report]:
        """A report for each contract and seed when it is done. Tests `application`, or else starts
        the project's own for each.

        Raises `UsageError` for an unknown contract, an unknown revision, cases that cannot be read
        and an application that does not start, `ContractErrors` for faults in a contract.
        """
        sources = [served(self.root, name) for name in self.names] or [
            source for source in spec.discover(self.root) if source.kind == "served"
        ]
        self._sources = {source.name: source.path for source in sources}
        contracts = [spec.read(source.path, name=source.name, base=self.root) for source in sources]
        first = SEED if self.seed is None else self.seed
        for contract in contracts:
            runs = []
            for seed in range(first, first + self.seeds):
                with self._target(application) as target:
                    report = self._one(contract, target, seed)
                runs.append(report)
                yield report
            if self.raise_floor and all(report.passed for report in runs):
                reached = [report.coverage for report in runs]
                coverage.raise_floor(self.root, contract.name, reached)

    def _one(self, contract: spec.Contract, target: Running, seed: int) -> Report:
        """Cases first; where one fails nothing is generated."""
        settings = fuzz_settings(self.root)
        most = self.max_examples or MAX_EXAMPLES
        player = Player(schema_of(contract.document, target, seed, most, settings), target.token)
        known = tuple(kept(self.root, contract.name))
        began = time.monotonic()
        failures = [failure for case in known if (failure := self._again(player, case))]
        operations = len({case.operation for case in known})
        cases = Phase(CASES, operations, len(known), time.monotonic() - began)
        if failures:
            report = Report(contract.name, seed, most, len(contract.operations), [cases])
            report.failures, report.replayed = failures, len(known)
            return report
        chosen = touched(self.root, contract, self._sources[contract.name], self.since)
        labels = Operations(contract.document).digests()
        report = fuzz(
            contract.name,
            contract.document,
            target,
            seed=seed,
            max_examples=most,
            settings=settings,
            budget=budgets(labels, chosen, most) if chosen else None,
        )
        if known:
            report.phases.insert(0, cases)
        report.replayed, report.touched = len(known), tuple(sorted(chosen))
        if self.learn:
            self._learn(player, report)
        for operation, status, failure in calls(contract.document, target):
            report.answered(operation, status)
            report.failures += [failure] if failure is not None else []
        if not self.raise_floor:
            report.fallen = list(coverage.fallen(self.root, contract.name, report.coverage))
        return report

    def _again(self, player: Player, case: Kept) -> Failure | None:
        file = case.file.as_posix()
        try:
            failed = player.fails(case)
        except NotAlone as reason:
            what = f"{reason}: remove the case, if that is meant"
            return Failure(case.check, CASES, case.operation, what, "", "", file)
        return None if failed is None else _failure(case, failed, CASES, file)

    def _learn(self, player: Player, report: Report) -> None:
        """Keeps the failures of `report` that fail again by themselves, as small as can be."""
        for index, (failure, chain) in enumerate(
            zip(report.failures[:_MOST_LEARNT], report.chains, strict=False)
        ):
            try:
                case = written(report.contract, failure.check, failure.what, chain)
                if player.fails(case) is None:
                    continue
                small = minimised(case, partial(_fails, player, failure))
                failed = player.fails(small)
            except NotAlone:
                continue
            if failed is not None:
                small = replace(small, what=failed.what)
                path = self.root / small.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(small.text(), encoding="utf-8")
                file = small.file.as_posix()
                report.failures[index] = _failure(small, failed, failure.phase, file)

    def _target(self, application: Running | None) -> AbstractContextManager[Running]:
        # Fresh for each contract: what one run left behind would change the verdict on the next.
        if application is None:
            return running(self.root, commands(self.root))
        return nullcontext(application)

    def findings(self, report: Report) -> Iterator[Finding]:
        """What `report` has against the application, as the page of `accord check` shows it."""
        place = Place(self._sources[report.contract].relative_to(self.root).as_posix())
        for failure in report.failures:
            what = f"{failure.what}\n  answer: {failure.answer}\n  repeat: {failure.curl}"
            if failure.case:
                what += f"\n  case: {failure.case}"
            yield Finding(GATE, failure.check, "error", what, place, failure.operation)
        for error in report.errors:
            yield Finding(GATE, "not-tested", "error", error, place)
        for operation, what in report.fallen:
            said = f"no longer reached: {what}\n  floor: {coverage.FILE.as_posix()}"
            yield Finding(GATE, "coverage-fell", "error", said, place, operation)


def _fails(player: Player, failure: Failure, case: Kept) -> bool:
    """Whether a smaller case fails in the same way."""
    try:
        failed = player.fails(case)
    except Exception:  # no request at all, or one that cannot be written
        return False
    return failed is not None and _title(failed.what) == _title(failure.what)


def _title(what: str) -> str:
    return what.partition(":")[0]


def _failure(case: Kept, failed: Failed, phase: str, file: str) -> Failure:
    answer = shown(failed.answer)
    return Failure(case.check, phase, case.operation, failed.what, answer, failed.curl, file)
