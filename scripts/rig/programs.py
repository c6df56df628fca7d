"""Processes that are started, frozen, killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0


class NotHere(Exception):
    """A program that is needed is not installed; the message says how to mend it."""


class DidNotStart(Exception):
    """A process ended, or did not answer in time; the message has the end of its log."""


class Program:
    """`command`, with its output appended to `log`. `answers` says whether it is ready; `url` is
    where it is."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        stop: signal.Signals = signal.SIGTERM,
        unprivileged: bool = False,
        url: str = "",
    ) -> None:
        self.name = name
        self.url = url
        self.log = log
        self.answers = answers
        self._command = list(command)
        self._environment = dict(os.environ) | dict(environment or {})
        self._stop = stop
        self._owner = unprivileged_user() if unprivileged else {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT if not self._owner else self.log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                **self._owner,
            )

    def wait_ready(self, seconds: float = _START_SECONDS) -> None:
        """Raises `DidNotStart`."""
        until = time.monotonic() + seconds
        while not self.answers():
            if not self.is_alive or time.monotonic() > until:
                end = self.log.read_text(errors="replace")[-2000:]
                raise DidNotStart(f"{self.name} does not answer:\n{end}")
            time.sleep(0.02)

    def wait_dead(self, seconds: float = _START_SECONDS) -> int:
        """Its exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def kill(self) -> None:
        """At once, whatever it is doing; waits until it is gone."""
        self.send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self, seconds: float = 30) -> None:
        """In good order; killed where that takes too long."""
        self.send(signal.SIGCONT)
        self.send(self._stop)
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)


def postgresql(folder: Path) -> Program:
    """A new server in `folder`, which its user may write to. Raises `NotHere`."""
    programs = _postgresql_programs()
    data, port = folder / "data", free_port()
    owner = unprivileged_user()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    subprocess.run(
        [str(programs / "initdb"), "--pgdata", str(data), "--username", "store", "--auth", "trust",
         "--encoding", "UTF8", "--locale", "C", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **owner,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "fsync": "off",
    }
    ready = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    return Program(
        "postgresql",
        [str(programs / "postgres"), "-D", str(data)]
        + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
        log=folder / "log",
        answers=lambda: subprocess.call(ready) == 0,
        # The fast shutdown: at SIGTERM it would wait for its clients to leave.
        stop=signal.SIGINT,
        unprivileged=True,
        url=f"postgresql+asyncpg://store@127.0.0.1:{port}/postgres",
    )


def redis(folder: Path) -> Program:
    """A new server. Raises `NotHere`."""
    found = shutil.which("redis-server")
    if found is None:
        raise NotHere("Redis was not found (Debian, Ubuntu: apt-get install redis-server)")
    port = free_port()
    return Program(
        "redis",
        [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--dir", str(folder)],
        log=folder / "redis.log",
        answers=lambda: connects(port),
        url=f"redis://127.0.0.1:{port}/0",
    )  # fmt: skip


def connects(port: int) -> bool:
    """Whether somebody listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> dict[str, Any]:
    """Arguments of subprocess that leave root: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL's programs; Debian keeps them off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NotHere("PostgreSQL was not found (Debian, Ubuntu: apt-get install postgresql)")
    return Path(on_path).resolve().parent
