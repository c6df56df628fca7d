"""Sees when any of some files changes, appears or goes.

It looks at them again and again: that works in containers and over networks, for editors that
replace a file and for files that are not there yet.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

POLL_S = 0.2
SETTLE_S = 0.05
Signature = tuple[int, int, int]


def signatures(paths: Iterable[Path]) -> dict[Path, Signature | None]:
    """What tells a file from the same file before: time, size, inode; None where it is not."""
    found: dict[Path, Signature | None] = {}
    for path in paths:
        try:
            status = os.stat(path)
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            found[path] = None
    return found


async def changed(known: Mapping[Path, Signature | None]) -> None:
    """Returns when one of the files is not as it is known, and nobody is writing any more."""
    while (now := await asyncio.to_thread(signatures, known)) == known:  # noqa: ASYNC110
        await asyncio.sleep(POLL_S)
    while True:
        await asyncio.sleep(SETTLE_S)
        later = await asyncio.to_thread(signatures, known)
        if later == now:
            return
        now = later
