"""The export of all items, and what it costs everybody else."""

from __future__ import annotations

import re
import threading
import time
import zlib
from dataclasses import dataclass

import httpx

from scripts.scale.times import Times, timed

_READS = 400
_MEMORY = re.compile(r"^service_resident_memory_bytes (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Export:
    """Sizes in bytes: `before` is what the store took before the export that was measured, `most`
    what it took while that ran. `alone` and `during` are of reading one item."""

    items: int
    compressed: int
    seconds: float
    before: float
    most: float
    alone: Times
    during: Times


def measure_export(client: httpx.Client) -> Export:
    """One export after a first one that is not counted: what it leaves warm is no leak."""
    _exported(client)
    item = client.get("/v2/items", params={"page_size": "1"}).json()["items"][0]["id"]
    path = f"/v2/items/{item}"
    alone = [timed(client, path)[0] for _ in range(_READS)]
    before = most = _resident(client)
    result: list[tuple[int, int, float]] = []
    export = threading.Thread(target=lambda: result.append(_exported(client)))
    export.start()
    during = []
    while export.is_alive():
        during.append(timed(client, path)[0])
        if len(during) % 20 == 0:
            most = max(most, _resident(client))
    export.join()
    lines, compressed, seconds = result[0]
    return Export(lines, compressed, seconds, before, most, Times.of(alone), Times.of(during))


def _exported(client: httpx.Client) -> tuple[int, int, float]:
    """Lines, bytes and seconds; what comes is unpacked and forgotten."""
    began = time.perf_counter()
    lines = compressed = 0
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    with client.stream("GET", "/v2/items/export") as reply:
        reply.raise_for_status()
        for piece in reply.iter_raw():
            compressed += len(piece)
            lines += unpack.decompress(piece).count(b"\n")
    return lines, compressed, time.perf_counter() - began


def _resident(client: httpx.Client) -> float:
    found = _MEMORY.search(client.get("/metrics").text)
    if found is None:
        raise SystemExit("the store does not say how much memory it takes: no /proc here")
    return float(found[1])
