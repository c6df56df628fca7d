"""Rounds: every rival for a short slice, one after the other, again and again.

The machine's speed changes within minutes, and other processes run on it. So nothing is compared
but figures of one round, and what is reported of a comparison is the median over all rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol


class NotHere(Exception):
    """What a case needs is not on this machine; says what, and how to get it."""


Figures = Mapping[str, float]
Contender = Callable[[float], Figures]
"""Works for so many seconds and tells what that gave, for example `requests_per_s`."""
Round = Mapping[str, Figures]
"""Figures by rival."""

RATE = "requests_per_s"
CORE_RATE = "per_core_s"
"""Requests in one second of the server's processor time: what a core of its own would serve."""


@dataclass(frozen=True, slots=True)
class Target:
    """`figure` of `rival` is to be at least (or `at_most`) `bound` times that of `against`."""

    rival: str
    bound: float
    against: str
    figure: str = CORE_RATE
    at_most: bool = False

    def ratio(self, rounds: Sequence[Round]) -> float:
        """The median over rounds."""
        return median(
            each[self.rival][self.figure] / each[self.against][self.figure] for each in rounds
        )

    def met_by(self, ratio: float) -> bool:
        return ratio <= self.bound if self.at_most else ratio >= self.bound


class Case(Protocol):
    """Something to measure. `contenders` starts the rivals and stops them at the end; it
    raises `NotHere`."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def targets(self) -> Sequence[Target]: ...

    def contenders(self, folder: Path) -> AbstractContextManager[Mapping[str, Contender]]: ...


def run_rounds(
    contenders: Mapping[str, Contender], *, rounds: int, seconds: float, warm_up: float
) -> list[Round]:
    """`rounds` rounds with slices of `seconds`; each rival is the first of a round in turn."""
    names = list(contenders)
    if warm_up:
        for name in names:
            contenders[name](warm_up)
    measured: list[Round] = []
    for number in range(rounds):
        start = number % len(names)
        order = names[start:] + names[:start]
        measured.append({name: contenders[name](seconds) for name in order})
    return measured


def medians(rounds: Sequence[Round]) -> dict[str, dict[str, float]]:
    """By rival and figure."""
    return {
        rival: {figure: median(each[rival][figure] for each in rounds) for figure in figures}
        for rival, figures in rounds[0].items()
    }
