"""A process that has imported the store, and forks one that serves whenever it is told to.

A replica that is killed sixty times needs not be imported sixty times. Run as a module, it takes a
line of JSON for each, `{"program": "impl", "arguments": [], "environment": {}, "log": file}`, and
answers the id of the process.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]


class Nursery:
    """Gives birth to replicas and fakes; they die with it. A context manager."""

    def __enter__(self) -> Nursery:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.rig.nursery"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def start(
        self, program: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> int:
        """The id of a new process that runs the `program` `impl` or `impl.fakes`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {
            "program": program,
            "arguments": list(arguments),
            "environment": dict(environment),
            "log": str(log),
        }
        print(json.dumps(told), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def _forks() -> None:
    importlib.import_module("impl.app")
    from impl import __main__ as store
    from impl.fakes import __main__ as fakes
    from scripts.crash import victim

    programs = {"impl": store.main, "impl.fakes": fakes.main}

    # Nobody waits for them here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    born = []
    for line in sys.stdin:
        told = json.loads(line)
        if pid := os.fork():
            born.append(pid)
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        os.environ.clear()
        os.environ.update(told["environment"])
        random.seed()
        if victim.FILE in os.environ:
            victim.arm()
        sys.argv = [told["program"], *told["arguments"]]
        code = 1
        try:
            code = programs[told["program"]]() or 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    for pid in born:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    _forks()
