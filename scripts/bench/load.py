"""How a server is asked: once, to see that it answers as the others do, and then for seconds."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

CONNECTIONS = 32
SERVER_CORE, LOAD_CORE = "0", "1"
HOW_TO_GET_WRK = "wrk was not found; Debian and Ubuntu have it: apt-get install wrk"

_COUNT = re.compile(r"(\d+) requests in")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_BROKEN = re.compile(r"Socket errors: .*")


class LoadFailed(Exception):
    """What was measured is not what was meant; says which request and what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request, and the status that answers it."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    status: int = 200

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.body is None else {"content-type": "application/json"}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def pinned(core: str, *command: str) -> list[str]:
    """`command`, kept to one core where the system can do that."""
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else list(command)


def answer(port: int, ask: Ask) -> bytes:
    """The body of one answer. Raises `LoadFailed` where its status is another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        return _once(connection, ask)
    finally:
        connection.close()


def drive(port: int, ask: Ask, seconds: float, folder: Path) -> tuple[int, float]:
    """How many requests were answered in about `seconds`, and how many that is in one.

    Whole seconds are wrk's, over `CONNECTIONS` connections. A part of a second is one caller
    after the other: it shows that everything runs, and nothing else.
    """
    if seconds < 1:
        return _drive_alone(port, ask, seconds)
    # On a machine that others keep busy an answer may take its time: that is no fault.
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "--timeout", "30s"]
    if ask.body is not None:
        command += ["-s", str(_script(ask, folder))]
    command.append(f"http://127.0.0.1:{port}{ask.path}")
    done = subprocess.run(
        pinned(LOAD_CORE, *command), capture_output=True, text=True, check=True, timeout=60
    )
    report = done.stdout
    refused = _REFUSED.search(report)
    if bool(refused) != (ask.status >= 400) or _BROKEN.search(report):
        raise LoadFailed(f"{ask} was not always answered {ask.status}:\n{report}")
    count, rate = _COUNT.search(report), _RATE.search(report)
    if count is None or rate is None:
        raise LoadFailed(f"wrk printed no figures:\n{report}{done.stderr}")
    return int(count[1]), float(rate[1])


def _drive_alone(port: int, ask: Ask, seconds: float) -> tuple[int, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    count, start = 0, perf_counter()
    try:
        while (elapsed := perf_counter() - start) < seconds or not count:
            _once(connection, ask)
            count += 1
    finally:
        connection.close()
    return count, count / elapsed


def _once(connection: http.client.HTTPConnection, ask: Ask) -> bytes:
    connection.request(ask.method, ask.path, ask.body, ask.headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != ask.status:
        raise LoadFailed(f"{ask} was answered {response.status}, not {ask.status}: {body!r:.300}")
    return body


def _script(ask: Ask, folder: Path) -> Path:
    """What tells wrk of a body, in Lua."""
    body = (ask.body or b"").decode()
    path = folder / f"{ask.method.lower()}-{ask.status}.lua"
    path.write_text(
        f'wrk.method = "{ask.method}"\n'
        f"wrk.body = [==[{body}]==]\n"
        'wrk.headers["content-type"] = "application/json"\n'
    )
    return path
