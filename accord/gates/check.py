"""`accord check`: every gate, on one page, verdict first, evidence after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from accord.errors import AccordError
from accord.gates.approvals import judge
from accord.gates.drift import drift
from accord.gates.finding import Finding, listed
from accord.gates.lint import lint

Gate = Callable[[Path], Iterable[Finding]]


def breaking(root: Path) -> Iterable[Finding]:
    """The findings of every served contract against its supported releases, approvals applied."""
    return judge(root, datetime.now(UTC).date())


STATIC: Mapping[str, Gate] = {"lint": lint, "drift": drift, "breaking": breaking}
REPEAT: Mapping[str, str] = {"drift": "accord generate --check", "breaking": "accord breaking"}
"""What repeats one gate alone, where something does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one gate says; `fault` is why it could not decide (None: it did), `shown` what it tried,
    line by line, `repeat` the command that asks it alone."""

    gate: str
    findings: tuple[Finding, ...]
    fault: str | None
    seconds: float
    shown: tuple[str, ...] = ()
    repeat: str = ""

    @property
    def passed(self) -> bool:
        return self.fault is None and not any(finding.fails for finding in self.findings)

    @property
    def word(self) -> str:
        return "ok" if self.passed else "refuses" if self.fault is None else "cannot decide"


@dataclass(frozen=True, slots=True)
class Page:
    """The verdicts of all gates that ran, which took `seconds` by the clock: some run at the same
    time."""

    verdicts: tuple[Verdict, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 passed, 1 something is refused, 2 a gate could not decide."""
        if any(verdict.fault is not None for verdict in self.verdicts):
            return 2
        return int(not all(verdict.passed for verdict in self.verdicts))

    @property
    def head(self) -> str:
        """The verdict in one line."""
        refused = [verdict.gate for verdict in self.verdicts if verdict.word == "refuses"]
        undecided = [verdict.gate for verdict in self.verdicts if verdict.fault is not None]
        heads = [f"refused by {', '.join(refused)}"] if refused else []
        heads += [f"not decided by {', '.join(undecided)}"] if undecided else []
        return f"{'; '.join(heads) or 'all gates pass'} ({self.seconds:.1f} s)"

    def faults(self) -> tuple[tuple[str, str], ...]:
        """Why gates could not decide: their names and the fault, which they may share."""
        said: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.fault is not None:
                # A contract that cannot be read is a fault for every gate: said once.
                said.setdefault(verdict.fault, []).append(verdict.gate)
        return tuple((", ".join(gates), fault) for fault, gates in said.items())

    def __str__(self) -> str:
        lines = [self.head]
        lines += [
            f"  {verdict.gate:<12}{verdict.word:<15}{len(verdict.findings):>3} findings "
            f"{verdict.seconds:>6.1f} s  {verdict.repeat}".rstrip()
            for verdict in self.verdicts
        ]
        for verdict in self.verdicts:
            if verdict.shown:
                lines += [f"\n{verdict.gate}:", *(f"  {line}" for line in verdict.shown)]
        for verdict in self.verdicts:
            lines += [f"\n{finding}" for finding in listed(verdict.findings)]
        lines += [f"\nnot decided by {gates}:\n{fault}" for gates, fault in self.faults()]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The page as plain JSON values."""
        return {
            "passed": self.exit_code == 0,
            "seconds": round(self.seconds, 2),
            "gates": [
                {
                    "gate": verdict.gate,
                    "verdict": verdict.word,
                    "seconds": round(verdict.seconds, 2),
                    "repeat": verdict.repeat,
                    "shown": list(verdict.shown),
                    "fault": verdict.fault,
                    "findings": [finding.as_json() for finding in verdict.findings],
                }
                for verdict in self.verdicts
            ],
        }


Proofs = Callable[[Path], Iterable[Verdict]]


def check(root: Path, gates: Mapping[str, Gate] = STATIC, proofs: Proofs | None = None) -> Page:
    """Run `gates` on the project at `root`, all of them whatever one says, then `proofs`, which
    need its application to run."""
    began = time.monotonic()
    verdicts = [_run(name, gate, root) for name, gate in gates.items()]
    verdicts += proofs(root) if proofs is not None else ()
    return Page(tuple(verdicts), time.monotonic() - began)


def _run(name: str, gate: Gate, root: Path) -> Verdict:
    began = time.monotonic()
    findings: tuple[Finding, ...] = ()
    fault = None
    try:
        findings = tuple(gate(root))
    except AccordError as error:
        fault = str(error)
    seconds = time.monotonic() - began
    return Verdict(name, findings, fault, seconds, repeat=REPEAT.get(name, ""))
