"""What became of one release in a replay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from accord.gates.finding import Finding

PARTS = ("scenarios", "differences", "contracts")
_PART_OF = {"replay-scenario": "scenarios", "replay-difference": "differences"}
"""Parts by the rules of their findings; all others are of contracts."""


@dataclass(slots=True)
class Replayed:
    """What became of one release: how many `scenarios` ran with its package, `steps` compared with
    its recording, `cases` sent that its contract calls valid; `findings` are against the new
    application."""

    release: str
    scenarios: int = 0
    steps: int = 0
    operations: int = 0
    cases: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    """What each part cost."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def failing(self) -> int:
        return sum(finding.fails for finding in self.findings)

    @property
    def repeat(self) -> str:
        """The command that replays it again."""
        return f"accord replay {self.release.replace(' ', '@')}"

    def of(self, part: str) -> Iterator[Finding]:
        """The findings of one part."""
        for finding in self.findings:
            if _PART_OF.get(finding.rule, "contracts") == part:
                yield finding

    def tried(self, part: str) -> str:
        """What one part tried, in a few words; empty where there was nothing to do."""
        words = {
            "scenarios": f"{self.scenarios} scenarios" if self.scenarios else "",
            "differences": f"{self.steps} calls compared" if self.steps else "",
            "contracts": (
                f"{self.operations} operations, {self.cases} requests" if self.cases else ""
            ),
        }[part]
        return f"{self.release}: {words}" if words else ""

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Adds what is done within to the cost of `part`."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[part] += time.monotonic() - began

    def __str__(self) -> str:
        verdict = f"{self.failing} findings" if self.failing else "kept"
        return (
            f"{self.release:<18}{verdict:<14}{self.scenarios:>3} scenarios {self.steps:>5} calls "
            f"compared {self.operations:>3} operations {self.cases:>6} cases "
            f"{sum(self.seconds.values()):>6.1f} s"
        )

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {
            "release": self.release,
            "scenarios": self.scenarios,
            "steps": self.steps,
            "operations": self.operations,
            "cases": self.cases,
            "seconds": {part: round(cost, 2) for part, cost in self.seconds.items()},
            "repeat": self.repeat,
            "findings": [finding.as_json() for finding in self.findings],
        }
