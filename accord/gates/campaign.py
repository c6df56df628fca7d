"""One fuzzing run over a project: its served contracts, its application, its report on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from accord import spec
from accord.gates.application import Running, running
from accord.gates.finding import Finding, Place
from accord.gates.fuzz import MAX_EXAMPLES, SEED, fuzz
from accord.gates.fuzz_report import Report
from accord.gates.project import commands, fuzz_settings, served

GATE = "fuzz"
REPORT = Path("build", "fuzz.json")


@dataclass
class Campaign:
    """Which contracts of the project at `root` are tested (none named: all that are served)."""

    root: Path
    names: tuple[str, ...] = ()
    seed: int | None = None
    max_examples: int | None = None
    _sources: dict[str, Path] = field(default_factory=dict, init=False)

    def run(self, application: Running | None = None) -> Iterator[Report]:
        """A report for each contract when it is done; all of them are in build/fuzz.json at the
        end. Tests `application`, or else starts the project's own for each.

        Raises `UsageError` for an unknown contract and an application that does not start,
        `ContractErrors` for faults in a contract.
        """
        sources = [served(self.root, name) for name in self.names] or [
            source for source in spec.discover(self.root) if source.kind == "served"
        ]
        self._sources = {source.name: source.path for source in sources}
        contracts = [spec.read(source.path, name=source.name, base=self.root) for source in sources]
        settings = fuzz_settings(self.root)
        reports = []
        for contract in contracts:
            with self._target(application) as target:
                report = fuzz(
                    contract.name,
                    contract.document,
                    target,
                    seed=SEED if self.seed is None else self.seed,
                    max_examples=self.max_examples or MAX_EXAMPLES,
                    settings=settings,
                )
            reports.append(report)
            yield report
        path = self.root / REPORT
        path.parent.mkdir(exist_ok=True)
        page = [report.as_json() for report in reports]
        path.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")

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
            yield Finding(GATE, failure.check, "error", what, place, failure.operation)
        for error in report.errors:
            yield Finding(GATE, "not-tested", "error", error, place)
