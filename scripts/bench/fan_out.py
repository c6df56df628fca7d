"""The case of calls to six services: each client library in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.bench.load import LOAD_CORE
from scripts.bench.measure import CORE_RATE, Contender, Figures, Start, Target
from scripts.bench.processes import Work, served, worker

CALLS = "calls_per_s"


@dataclass(frozen=True, slots=True)
class FanOutCase:
    """`rivals` are names of `scripts.bench.apps.fan_out.CLIENTS`, by the name in the table."""

    name: str
    title: str
    rivals: Mapping[str, str]
    targets: Sequence[Target]

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        with served(
            "scripts.bench.apps.downstream:app", folder, core=LOAD_CORE, environment={}
        ) as services:
            yield partial(self._contenders, f"http://127.0.0.1:{services.port}")

    @contextmanager
    def _contenders(self, url: str) -> Iterator[Mapping[str, Contender]]:
        with ExitStack() as stack:
            yield {
                rival: partial(_slice, stack.enter_context(worker("fan_out", client, url)))
                for rival, client in self.rivals.items()
            }


def _slice(work: Work, seconds: float) -> Figures:
    made = work(seconds)
    return {
        CALLS: made["calls"] / made["seconds"],
        CORE_RATE: made["calls"] / made["processor_seconds"],
    }
