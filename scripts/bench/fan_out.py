"""The case of calls to six services: each client library in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.bench.load import LOAD_CORE, SERVER_CORE, LoadFailed, pinned
from scripts.bench.measure import CORE_RATE, Contender, Figures, Target
from scripts.bench.processes import served

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
                rival: partial(_slice, stack.enter_context(_caller(client, url)))
                for rival, client in self.rivals.items()
            }


@contextmanager
def _caller(client: str, url: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        pinned(SERVER_CORE, sys.executable, "-m", "scripts.bench.apps.fan_out", client, url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _slice(caller: subprocess.Popen[str], seconds: float) -> Figures:
    assert caller.stdin is not None
    assert caller.stdout is not None
    caller.stdin.write(f"{seconds}\n")
    caller.stdin.flush()
    line = caller.stdout.readline()
    if not line:
        raise LoadFailed("a client of the fan-out stopped; its error is above")
    made = json.loads(line)
    return {
        CALLS: made["calls"] / made["seconds"],
        CORE_RATE: made["calls"] / made["processor_seconds"],
    }
