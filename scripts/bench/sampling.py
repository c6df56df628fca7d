"""How much of a server's processor time is its own, and how much the database layer's.

The server's main thread is interrupted every few milliseconds of processor time; what it used
since the last time counts as its own unless SQLAlchemy, greenlet or the driver is on the stack.
What other threads use is the driver's. The sum is kept in a file that the benchmark reads.
"""

from __future__ import annotations

import mmap
import signal
import struct
import time
from pathlib import Path
from types import FrameType

_INTERVAL = 0.002
_LAYOUT = struct.Struct("d")
_DATABASE = tuple(
    f"/site-packages/{package}/" for package in ("sqlalchemy", "aiosqlite", "asyncpg", "greenlet")
)


def start(path: Path) -> None:
    """Samples this process from now on, into `path`."""
    path.write_bytes(_LAYOUT.pack(0.0))
    with path.open("r+b") as file:
        memory = mmap.mmap(file.fileno(), _LAYOUT.size)
    own, last = 0.0, time.thread_time()

    def sample(number: int, frame: FrameType | None) -> None:
        nonlocal own, last
        now = time.thread_time()
        if not _in_database(frame):
            own += now - last
            _LAYOUT.pack_into(memory, 0, own)
        last = now

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)


def own_seconds(path: Path) -> float:
    """What the process sampled into `path` has used outside the database layer so far."""
    seconds: float = _LAYOUT.unpack(path.read_bytes())[0]
    return seconds


def _in_database(frame: FrameType | None) -> bool:
    while frame is not None:
        if any(part in frame.f_code.co_filename for part in _DATABASE):
            return True
        frame = frame.f_back
    return False
