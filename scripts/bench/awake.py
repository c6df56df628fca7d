"""Cores that stay awake while something is measured.

An answer wakes the load generator where that has gone to sleep, and the kernel counts this as the
server's time: more often the slower the server is, and several microseconds on a virtual machine.
A server's callers are elsewhere, as a rule. Linux lets who may open `/dev/cpu_dma_latency` say how
long waking may take, for as long as it is open; `cyclictest` does the same.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LATENCY = Path("/dev/cpu_dma_latency")


class CannotKeepAwake(Exception):
    """Says why, and what to do."""


@contextmanager
def cores_awake() -> Iterator[None]:
    """Raises `CannotKeepAwake` where the system does not let us."""
    try:
        descriptor = os.open(_LATENCY, os.O_WRONLY)
    except OSError as error:
        raise CannotKeepAwake(
            f"{_LATENCY}: {error.strerror}. --awake needs Linux and root; measure without it."
        ) from None
    try:
        os.write(descriptor, struct.pack("i", 0))
        yield
    finally:
        os.close(descriptor)
