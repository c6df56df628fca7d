"""Log lines on their way out of the process, without the loop ever waiting for a disk."""

from __future__ import annotations

import atexit
import json
import os
from collections import deque
from pathlib import Path
from threading import Event, Thread

BATCH = 1000


class UnwritableLog(Exception):
    """Nothing can be appended to the file that was named; the message says why."""


class LineWriter:
    """Takes lines from any thread at once and writes them in order from a thread of its own.

    `target` is a file to append to, or a file descriptor (1: standard output). At most `capacity`
    lines wait; what comes on top while the target is slow, or cannot be written, is counted in
    `dropped` and reported by a line of its own once there is room. Waiting lines are written every
    `interval` seconds and at exit; a process that is killed loses those of its last interval.

    Raises `UnwritableLog`.
    """

    def __init__(
        self, target: Path | int = 1, *, capacity: int = 50_000, interval: float = 0.1
    ) -> None:
        self.capacity = capacity
        self.interval = interval
        self.dropped = 0
        self._reported = 0
        self._lines: deque[str] = deque()
        self._owned = not isinstance(target, int)
        self._file = target if isinstance(target, int) else _opened(target)
        self._closing = Event()
        self._thread = Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, line: str) -> None:
        """Queue one line, given without its newline. Never blocks, never raises."""
        if len(self._lines) < self.capacity:
            self._lines.append(line)
        else:
            self.dropped += 1

    def close(self, timeout: float = 5.0) -> None:
        """Write what waits, for at most `timeout` seconds; nothing may be written afterwards."""
        if self._closing.is_set():
            return
        self._closing.set()
        atexit.unregister(self.close)
        self._thread.join(timeout)
        if self._owned and not self._thread.is_alive():
            os.close(self._file)

    def _run(self) -> None:
        while not self._closing.wait(self.interval):
            self._drain()
        self._drain()

    def _drain(self) -> None:
        while self._lines:
            batch = [self._lines.popleft() for _ in range(min(len(self._lines), BATCH))]
            if not self._put(batch):
                self.dropped += len(batch)
        lost = self.dropped - self._reported
        if lost and self._put([json.dumps({"level": "error", "event": "lost_lines", "n": lost})]):
            self._reported += lost

    def _put(self, lines: list[str]) -> bool:
        data = memoryview(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            # A full disk or a closed pipe: there is nowhere left to tell but the count.
            return False
        return True


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    except OSError as error:
        raise UnwritableLog(
            f"Cannot write the log {file}: {error.strerror}. Name another file, in a folder that "
            "is there, or none: lines go to standard output then."
        ) from None
