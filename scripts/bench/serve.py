"""One rival behind uvicorn: `python -m scripts.bench.serve MODULE:APP FD`.

FD is a listening socket that the benchmark opened. All rivals are served with the same loop,
parser and settings. Where BENCH_SAMPLES names a folder, the process samples itself into it.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import uvicorn

from scripts.bench import sampling


def main(target: str, descriptor: int) -> None:
    config = uvicorn.Config(
        target,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        lifespan="auto",
    )
    if folder := os.environ.get("BENCH_SAMPLES"):
        sampling.start(Path(folder, str(os.getpid())))
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
