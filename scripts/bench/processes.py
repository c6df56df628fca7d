"""Servers and workers in processes of their own, and what the kernel says of them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.load import SERVER_CORE, Ask, LoadFailed, answer, pinned

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A running server: its id, the port that it answers at, and what it printed."""

    id: int
    port: int
    log: Path

    def processor_seconds(self) -> float:
        """What all its threads have used, in user and kernel mode, to the nanosecond."""
        threads = Path(f"/proc/{self.id}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def answer(self, ask: Ask) -> bytes:
        """The body of one answer. Raises `LoadFailed`, with what the server printed."""
        try:
            return answer(self.port, ask)
        except OSError as error:
            printed = self.log.read_text()[-2000:]
            raise LoadFailed(f"no answer to {ask}: {error}\n{printed}") from error

    def memory_bytes(self) -> int:
        """What is resident."""
        return int(Path(f"/proc/{self.id}/statm").read_text().split()[1]) * _PAGE


Work = Callable[[float], Mapping[str, float]]
"""Has a worker do its work for so many seconds; gives what it counted."""


@contextmanager
def worker(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Work]:
    """A module of `scripts.bench.apps` that works when it is told to, on the servers' core."""
    command = [sys.executable, "-m", f"scripts.bench.apps.{module}", *arguments]
    with subprocess.Popen(
        pinned(SERVER_CORE, *command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    ) as process:

        def work(seconds: float) -> Mapping[str, float]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise LoadFailed(f"{' '.join(command)} stopped; its error is above")
            counted: Mapping[str, float] = json.loads(line)
            return counted

        try:
            yield work
        finally:
            process.terminate()


@contextmanager
def served(
    target: str, folder: Path, *, core: str = SERVER_CORE, environment: Mapping[str, str]
) -> Iterator[Process]:
    """`target` (`module:app`) behind uvicorn on a free port, until the block ends.

    It may still be starting: the socket is open already, so the first request waits for it.
    """
    log = folder / f"{target.rpartition('.')[2].replace(':', '-')}.log"
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener, log.open("wb") as output:
        descriptor = listener.fileno()
        process = subprocess.Popen(
            pinned(core, sys.executable, "-m", "scripts.bench.serve", target, str(descriptor)),
            pass_fds=(descriptor,),
            stdout=output,
            stderr=output,
            env={
                **os.environ,
                "BENCH_FOLDER": str(folder),
                "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{folder}",
                **environment,
            },
        )
        # Ours is not needed any longer, and would keep callers of a dead server waiting.
        port = listener.getsockname()[1]
        listener.close()
        try:
            yield Process(process.pid, port, log)
            if process.poll() is not None:
                raise LoadFailed(f"{target} stopped by itself:\n{log.read_text()[-2000:]}")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
