"""One rival behind uvicorn: `python -m scripts.bench.serve MODULE:APP FD`.

FD is a listening socket that the benchmark opened. All rivals are served with the same loop,
parser and settings.
"""

from __future__ import annotations

import socket
import sys

import uvicorn

from accord.service.http_protocol import ServiceProtocol


def configuration(target: str) -> uvicorn.Config:
    """What every rival is served with."""
    return uvicorn.Config(
        target,
        loop="uvloop",
        http=ServiceProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        lifespan="auto",
        # As `accord.service.server` has it: who believes a proxy says so in a middleware.
        proxy_headers=False,
        server_header=False,
        # Longer than a rival waits for its next turn.
        timeout_keep_alive=300,
    )


def main(target: str, descriptor: int) -> None:
    server = uvicorn.Server(configuration(target))
    server.run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
