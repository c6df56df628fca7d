"""The other end of `accord.mock.build`: starts that process, and asks it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class Builder:
    """Has the package of one contract made, in a process that is started once."""

    def __init__(self, contract: Path, cache: Path) -> None:
        self._request = {"contract": str(contract), "cache": str(cache.absolute())}
        self._process: subprocess.Popen[str] | None = None

    def start(self, *, warm: bool = False) -> None:
        """Starts the process unless it runs; with `warm` it gets ready before it is asked."""
        if self._process is not None and self._process.poll() is None:
            return
        command = [sys.executable, "-m", "accord.mock.build", *(["warm"] if warm else [])]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            # Ctrl+C is for the server, which then ends this one.
            start_new_session=True,
        )

    async def build(self) -> tuple[list[Path], str]:
        """The files that decide about the contract, and what is wrong with it."""
        return await asyncio.to_thread(self._ask)

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _ask(self) -> tuple[list[Path], str]:
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        line = ""
        try:
            process.stdin.write(json.dumps(self._request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            pass
        if not line:
            contract = Path(self._request["contract"])
            return [contract], f"{contract}: the generator ended with {process.wait()}"
        built: dict[str, Any] = json.loads(line)
        return [Path(path) for path in built["files"]], built["faults"]
