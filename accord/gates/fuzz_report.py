"""What a fuzzing run found: how much was sent, what came back, what was wrong with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


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

    def __str__(self) -> str:
        return (
            f"{self.operation}: {self.check} ({self.phase})\n"
            f"  what: {self.what}\n  answer: {self.answer}\n  repeat: {self.curl}"
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

    @property
    def passed(self) -> bool:
        return not self.failures and not self.errors

    @property
    def cases(self) -> int:
        return sum(phase.cases for phase in self.phases)

    def __str__(self) -> str:
        verdict = "passes" if self.passed else "fails"
        lines = [
            f"{self.contract} {verdict}: {self.cases} cases over {self.operations} operations, "
            f"seed {self.seed}, at most {self.max_examples} examples each"
        ]
        lines += [
            f"  {phase.name:<10}{phase.operations:>4} operations {phase.cases:>6} cases "
            f"{phase.seconds:>7.1f} s"
            for phase in self.phases
        ]
        lines += [f"  {operation}: {answers}" for operation, answers in self.reached.items()]
        lines += [f"\n{failure}" for failure in self.failures]
        lines += [f"\nnot tested: {error}" for error in self.errors]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values, with the verdict and the number of cases."""
        return {"passed": self.passed, "cases": self.cases, **asdict(self)}
