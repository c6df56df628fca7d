"""Real PostgreSQL and Redis for tests, on loopback, from the system's packages."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


@contextmanager
def running_postgresql() -> Iterator[str]:
    """A new PostgreSQL server; gives the URL of its database `postgres`, without a driver.

    Skips the test where PostgreSQL is not installed, and fails it in CI.
    """
    programs = _postgresql_programs()
    owner = _unprivileged()
    with _folder(owner) as folder:
        data = folder / "data"
        # Locale C: names sort the same way on every machine.
        made = subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "store", "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            capture_output=True, text=True, timeout=60, check=False, cwd=folder, **owner,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": 200,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [programs / "postgres", "-D", data, *options]
        ready = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
        # SIGINT is the fast shutdown: at SIGTERM it would wait for its clients to leave.
        with _running(command, folder, owner, lambda: subprocess.call(ready) == 0, signal.SIGINT):
            yield f"postgresql://store@127.0.0.1:{port}/postgres"


@contextmanager
def running_redis(port: int | None = None) -> Iterator[str]:
    """A new Redis server, on `port` or a free one; gives its URL.

    Skips the test where Redis is not installed, and fails it in CI.
    """
    program = shutil.which("redis-server")
    if program is None:
        _missing("Redis", "redis-server")
    owner = _unprivileged()
    with _folder(owner) as folder:
        port = port or _free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                   "--appendonly", "no", "--dir", str(folder)]  # fmt: skip
        with _running(command, folder, owner, lambda: _answers(port)):
            yield f"redis://127.0.0.1:{port}/0"


def _missing(what: str, package: str) -> NoReturn:
    reason = f"{what} is not installed (Debian, Ubuntu: apt-get install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL's programs; Debian keeps them off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        _missing("PostgreSQL", "postgresql")
    return Path(on_path).resolve().parent


def _unprivileged() -> dict[str, Any]:
    """Arguments of subprocess that leave root: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _folder(owner: dict[str, Any]) -> Iterator[Path]:
    """An empty folder that the server may write to; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="store-test-") as name:
        if owner:
            os.chown(name, owner["user"], owner["group"])
        yield Path(name)


@contextmanager
def _running(
    command: list[Any],
    folder: Path,
    owner: dict[str, Any],
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **owner
        )
    try:
        until = time.monotonic() + _START_SECONDS
        while not ready():
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < until, log.read_text(errors="replace")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
