"""The case of calls to six services: each client library in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.bench.load import LOAD_CORE
from scripts.bench.measure import CORE_RATE, Contender, Figures, Target
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
    def contenders(self, folder: Path) -> Iterator[Mapping[str, Contender]]:
        with ExitStack() as stack:
            services = stack.enter_context(
                served("scripts.bench.apps.downstream:app", folder, core=LOAD_CORE, environment={})
            )
            url = f"http://127.0.0.1:{services.port}"
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
