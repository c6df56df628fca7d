"""The export of all items, and what it costs everybody else."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

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
    address, headers = str(client.base_url), dict(client.headers)
    _exported(address, headers)
    item = client.get("/v2/items", params={"page_size": "1"}).json()["items"][0]["id"]
    path = f"/v2/items/{item}"
    alone = [timed(client, path)[0] for _ in range(_READS)]
    before = most = _resident(client)
    during = []
    # In a process of its own: what unpacking costs here is not the store's.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(int).result()
        export = other.submit(_exported, address, headers)
        while not export.done():
            during.append(timed(client, path)[0])
            if len(during) % 20 == 0:
                most = max(most, _resident(client))
        lines, compressed, seconds = export.result()
    return Export(lines, compressed, seconds, before, most, Times.of(alone), Times.of(during))


def _exported(address: str, headers: Mapping[str, str]) -> tuple[int, int, float]:
    """Lines, bytes and seconds; what comes is unpacked and forgotten."""
    began = time.perf_counter()
    lines = compressed = 0
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    url = f"{address.rstrip('/')}/v2/items/export"
    with httpx.stream("GET", url, headers=headers, timeout=60) as reply:
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
