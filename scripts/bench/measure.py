"""Rounds: every rival for a short slice, one after the other, again and again.

The machine's speed changes within minutes, and other processes run on it. So nothing is compared
but figures of one round, and what is reported of a comparison is the median over all rounds. A
process may have luck of its own for as long as it lives, by the seed of its hashes or where its
memory lies. So a round has servers of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol


class NotHere(Exception):
    """What a case needs is not on this machine; says what, and how to get it."""


Figures = Mapping[str, float]
Contender = Callable[[float], Figures]
"""Works for so many seconds and tells what that gave, for example `requests_per_s`."""
Start = Callable[[], AbstractContextManager[Mapping[str, Contender]]]
"""Starts the rivals of one round, which are stopped at its end."""


def kept(contenders: Mapping[str, Contender]) -> Start:
    """Rivals that stay for all rounds, or start whatever they need themselves."""
    return lambda: nullcontext(contenders)


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
    """Something to measure. `set_up` has ready what all rounds need, until the end; it raises
    `NotHere`."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def targets(self) -> Sequence[Target]: ...

    def set_up(self, folder: Path) -> AbstractContextManager[Start]: ...


def run_rounds(start: Start, *, rounds: int, seconds: float, warm_up: float) -> list[Round]:
    """`rounds` rounds with slices of `seconds`; each rival is the first of a round in turn. What
    is new is given `warm_up` seconds before it counts."""
    measured: list[Round] = []
    warm: Mapping[str, Contender] | None = None
    for number in range(rounds):
        with start() as contenders:
            if warm_up and contenders is not warm:
                for contender in contenders.values():
                    contender(warm_up)
            warm = contenders
            names = list(contenders)
            first = number % len(names)
            order = names[first:] + names[:first]
            measured.append({name: contenders[name](seconds) for name in order})
    return measured


def medians(rounds: Sequence[Round]) -> dict[str, dict[str, float]]:
    """By rival and figure."""
    return {
        rival: {figure: median(each[rival][figure] for each in rounds) for figure in figures}
        for rival, figures in rounds[0].items()
    }
