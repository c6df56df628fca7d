"""The case of starting: from the process's birth to its first answer, and its memory then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from sqlalchemy.ext.asyncio import create_async_engine

from impl.migrations import migrate
from scripts.bench.load import Ask
from scripts.bench.measure import Figures, Start, Target, kept
from scripts.bench.processes import served

SECONDS, MEGABYTES = "start_s", "memory_mb"
_READY = Ask(path="/health/ready")


@dataclass(frozen=True, slots=True)
class StartCase:
    """`rivals` are modules of `scripts.bench.apps`; each slice starts one and stops it again."""

    name: str
    title: str
    rivals: Mapping[str, str]
    targets: Sequence[Target]

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        url = f"sqlite+aiosqlite:///{folder / 'store.sqlite3'}"
        asyncio.run(_migrate(url))
        yield kept(
            {
                rival: partial(_start, f"scripts.bench.apps.{module}:app", folder, url)
                for rival, module in self.rivals.items()
            }
        )


def _start(target: str, folder: Path, database: str, seconds: float) -> Figures:
    """Takes as long as it takes, whatever `seconds` says."""
    start = perf_counter()
    with served(target, folder, environment={"BENCH_DATABASE": database}) as server:
        server.answer(_READY)
        elapsed = perf_counter() - start
        return {SECONDS: elapsed, MEGABYTES: server.memory_bytes() / 1e6}


async def _migrate(url: str) -> None:
    engine = create_async_engine(url)
    await migrate(engine)
    await engine.dispose()
