"""Instructions of one request: `python -m scripts.bench.instructions CASE RIVAL…`.

Processor time swings with whatever else runs on a machine; the number of instructions does not. So
this says where time goes, and whether a change helps, on a machine too busy for anything else. It
is no ratio of the table: the kernel's share is not in it, and instructions are not equally long.

Each rival is given requests through uvicorn's own protocol, over a transport that keeps nothing, in
a process under valgrind (`apt-get install valgrind`); what more requests take more, divided by
their number, is one request's. CASE is `get`, `post`, `list` or `invalid`, RIVAL a module of
`scripts.bench.apps`. A run of `make bench` must have generated the contract.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop
from uvicorn.lifespan.on import LifespanOn
from uvicorn.server import ServerState

from accord.service.http_protocol import ServiceProtocol
from scripts.bench.cases import GET, INVALID, LIST, POST
from scripts.bench.load import Ask
from scripts.bench.serve import configuration

ASKS = {"get": GET, "post": POST, "list": LIST, "invalid": INVALID}
CONNECTIONS, FEW, MANY = 32, 320, 1280
_REFERENCES = re.compile(r"I\s+refs:\s+([\d,]+)")


class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 80)})
        self.sent = b""

    def write(self, data: Any) -> None:
        self.sent = bytes(data) if data.startswith(b"HTTP/") else self.sent

    def is_closing(self) -> bool:
        return False

    def resume_reading(self) -> None:
        pass


async def _answer(rival: str, ask: Ask, count: int) -> None:
    config = configuration(f"scripts.bench.apps.{rival}:app")
    config.load()
    lifespan = LifespanOn(config)
    await lifespan.startup()
    state = ServerState()
    state.default_headers = [(b"date", b"Wed, 04 Mar 2026 05:06:07 GMT")]
    transports = [_Transport() for _ in range(CONNECTIONS)]
    protocols = []
    for transport in transports:
        protocol = ServiceProtocol(config, state, lifespan.state)
        protocol.connection_made(transport)
        protocols.append(protocol)
    request = _request(ask)
    for _ in range(count // CONNECTIONS):
        for protocol in protocols:
            protocol.data_received(request)
        while state.tasks:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
    expected = b"HTTP/1.1 %d " % ask.status
    if not all(transport.sent.startswith(expected) for transport in transports):
        sys.exit(f"{rival} does not answer {ask.status}: {transports[0].sent!r}")
    os._exit(0)


def _request(ask: Ask) -> bytes:
    body = ask.body or b""
    headers = {"host": "127.0.0.1", **ask.headers}
    if body:
        headers["content-length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{ask.method} {ask.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _counted(case: str, rival: str, count: int) -> int:
    folder = Path("build/bench").resolve()
    with tempfile.TemporaryDirectory() as logs:
        done = subprocess.run(
            [
                *("valgrind", "--tool=cachegrind", "--cache-sim=no"),
                *("--cachegrind-out-file=/dev/null", sys.executable, "-m", __spec__.name),
                *(case, rival, str(count)),
            ],
            env={
                **os.environ,
                "PYTHONHASHSEED": "0",
                "BENCH_FOLDER": logs,
                "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{folder}",
            },
            capture_output=True,
            text=True,
        )
    found = _REFERENCES.search(done.stderr)
    if done.returncode or found is None:
        sys.exit(f"{rival}:\n{done.stdout}{done.stderr}")
    return int(found[1].replace(",", ""))


def main(case: str, rivals: list[str]) -> None:
    for rival in rivals:
        one = (_counted(case, rival, MANY) - _counted(case, rival, FEW)) // (MANY - FEW)
        print(f"{case:8} {rival:24} {one:>9,} instructions", flush=True)


if __name__ == "__main__":
    if sys.argv[-1].isdigit():
        case, rival, count = sys.argv[1:]
        uvloop.run(_answer(rival, ASKS[case], int(count)))
    else:
        main(sys.argv[1], sys.argv[2:])
