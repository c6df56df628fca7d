"""Servers in processes of their own, and what the kernel says of them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.load import SERVER_CORE, Ask, LoadFailed, answer, pinned

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A running server: its id, the port that it answers at, and what it printed."""

    id: int
    port: int
    log: Path

    def processor_seconds(self) -> float:
        """What all its threads have used, in user and kernel mode."""
        fields = Path(f"/proc/{self.id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

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
