"""What a fuzzing run found: how much was sent, what came back, what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from schemathesis import Case

from accord.gates.fuzz.coverage import Covered, summary

Chain = Sequence[tuple[Case[Any], Any]]
"""Requests in order, each with its reply (None: none came)."""


@dataclass(slots=True)
class Phase:
    """What one phase sent: `cases` are requests, `operations` those that got at least one."""

    name: str
    operations: int = 0
    cases: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that failed; `answer` is what came back (empty: nothing), `curl` asks again."""

    check: str
    phase: str
    operation: str
    what: str
    answer: str
    curl: str
    case: str = ""
    """Where it is kept as a case; empty where it could not be."""

    def __str__(self) -> str:
        kept = f"\n  case: {self.case}" if self.case else ""
        return (
            f"{self.operation}: {self.check} ({self.phase})\n"
            f"  what: {self.what}\n  answer: {self.answer}\n  repeat: {self.curl}{kept}"
        )


@dataclass(slots=True)
class Reached:
    """The answers of one operation: how many of each status came, and those that the contract
    lists and none came of."""

    counts: dict[str, int] = field(default_factory=dict)
    missed: tuple[str, ...] = ()

    def __str__(self) -> str:
        came = " ".join(f"{status}×{self.counts[status]}" for status in sorted(self.counts))
        missed = f"; not reached: {' '.join(self.missed)}" if self.missed else ""
        return (came or "no answer") + missed


@dataclass(slots=True)
class Report:
    """A run against one contract; `reached` is by operation, `errors` are what kept Schemathesis
    from testing."""

    contract: str
    seed: int
    max_examples: int
    operations: int
    phases: list[Phase] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reached: dict[str, Reached] = field(default_factory=dict)
    replayed: int = 0
    """Cases that were replayed; where one fails nothing is generated."""
    touched: tuple[str, ...] = ()
    """Operations that the change touches, which got most requests; none: all got the same."""
    coverage: dict[str, Covered] = field(default_factory=dict)
    fallen: list[tuple[str, str]] = field(default_factory=list)
    """What earlier runs reached and this one did not: operation, and what."""
    chains: list[Chain] = field(default_factory=list)
    """Of each failure, the requests that led to it."""

    def answered(self, operation: str, status: str) -> None:
        """Counts an answer."""
        reached = self.reached.setdefault(operation, Reached())
        reached.counts[status] = reached.counts.get(status, 0) + 1
        same = {status, f"{status[0]}XX"}
        reached.missed = tuple(code for code in reached.missed if code not in same)
        if operation in self.coverage:
            covered = self.coverage[operation]
            covered.statuses |= covered.listed & same

    @property
    def passed(self) -> bool:
        return not self.failures and not self.errors and not self.fallen

    @property
    def cases(self) -> int:
        return sum(phase.cases for phase in self.phases)

    def __str__(self) -> str:
        verdict = "passes" if self.passed else "fails"
        lines = [
            f"{self.contract} {verdict}: {self.cases} cases over {self.operations} operations, "
            f"seed {self.seed}, at most {self.max_examples} examples each"
        ]
        if self.replayed:
            lines.append(f"  {self.replayed} cases replayed first")
        if self.touched:
            lines.append(f"  most for what has changed: {', '.join(self.touched)}")
        lines += [
            f"  {phase.name:<10}{phase.operations:>4} operations {phase.cases:>6} cases "
            f"{phase.seconds:>7.1f} s"
            for phase in self.phases
        ]
        lines += [f"  {operation}: {answers}" for operation, answers in self.reached.items()]
        if any(each.statuses for each in self.coverage.values()):
            lines.append(f"  {summary(self.coverage)}")
        lines += [f"  no longer reached: {name}: {what}" for name, what in self.fallen]
        lines += [f"\n{failure}" for failure in self.failures]
        lines += [f"\nnot tested: {error}" for error in self.errors]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values, with the verdict and the number of cases."""
        plain = {
            field_.name: getattr(self, field_.name)
            for field_ in fields(self)
            if field_.name not in ("phases", "failures", "reached", "coverage", "chains")
        }
        return {
            "passed": self.passed,
            "cases": self.cases,
            **plain,
            "phases": [asdict(phase) for phase in self.phases],
            "failures": [asdict(failure) for failure in self.failures],
            "reached": {name: asdict(answers) for name, answers in self.reached.items()},
            "coverage": {name: each.as_json() for name, each in self.coverage.items()},
        }
