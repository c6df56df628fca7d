"""Replicas of the store, and fakes of the services that they call."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from impl.auth import SCOPES, tokens_of
from impl.fakes import SERVICES
from impl.settings import Settings
from scripts.rig.nursery import Nursery
from scripts.rig.programs import ROOT, DidNotStart, free_port

API_KEY = "a-key-of-the-rig"
ITEM = {
    "name": "Stoneware mug",
    "category": "kitchen",
    "tags": ["stoneware"],
    "price": {"amount_minor": 1490, "currency": "EUR"},
}


class Born:
    """A process that a nursery gives birth to, again and again; ready when `probe` answers."""

    def __init__(
        self,
        name: str,
        nursery: Nursery,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        probe: str,
    ) -> None:
        self.name = name
        self.log = log
        self._nursery = nursery
        self._command = command
        self._environment = {**os.environ, **environment}
        self._probe = probe
        self._pid: int | None = None

    @property
    def is_alive(self) -> bool:
        return self._pid is not None and Path(f"/proc/{self._pid}").exists()

    @property
    def is_ready(self) -> bool:
        try:
            return httpx.get(self._probe, timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def start(self) -> None:
        program, *arguments = self._command
        self._pid = self._nursery.start(program, arguments, self._environment, self.log)

    def wait_ready(self, seconds: float = 60) -> None:
        """Raises `DidNotStart`."""
        until = time.monotonic() + seconds
        while not self.is_ready:
            if not self.is_alive or time.monotonic() > until:
                end = self.log.read_text(errors="replace")[-2000:]
                raise DidNotStart(f"{self.name} does not answer:\n{end}")
            time.sleep(0.02)

    def wait_dead(self, seconds: float) -> bool:
        """Whether it is gone in time."""
        until = time.monotonic() + seconds
        while self.is_alive and time.monotonic() < until:
            time.sleep(0.01)
        return not self.is_alive

    def send(self, number: signal.Signals) -> None:
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def limit_files(self, size: int) -> None:
        """From now on no file may be written beyond so many bytes: none at all, with 0."""
        assert self._pid is not None
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def kill(self) -> None:
        """At once, whatever it is doing; waits until it is gone."""
        self.send(signal.SIGKILL)
        self.wait_dead(10)


class Fakes:
    """The six services, a process each; `state` is the folder of their ledgers."""

    def __init__(self, nursery: Nursery, state: Path, *, ignore_keys: bool = False) -> None:
        self.state = state
        state.mkdir(parents=True, exist_ok=True)
        self.ports = {service: free_port() for service in SERVICES}
        common = ["impl.fakes", "--state", str(state), "--api-key", API_KEY]
        if ignore_keys:
            common.append("--ignore-keys")
        self.processes = {
            service: Born(
                service,
                nursery,
                [*common, "--service", service, "--port-base", str(port)],
                environment={},
                log=state / f"{service}.log",
                probe=self._admin(service),
            )
            for service, port in self.ports.items()
        }

    def start(self) -> None:
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()

    @property
    def environment(self) -> Mapping[str, str]:
        return {"STORE_DOWNSTREAM_KEY": API_KEY} | {
            f"STORE_{service.upper()}_URL": f"http://127.0.0.1:{port}"
            for service, port in self.ports.items()
        }

    def tell(self, service: str, faults: Sequence[Mapping[str, Any]]) -> None:
        """These faults and no others."""
        httpx.put(self._admin(service), json={"faults": list(faults)}).raise_for_status()

    def told(self, service: str) -> Mapping[str, Any]:
        """The faults of a service, and how often each struck."""
        found: Mapping[str, Any] = httpx.get(self._admin(service)).json()
        return found

    def _admin(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}/_faults"


class Replica(Born):
    """A process of the store on a port of its own."""

    def __init__(
        self, name: str, nursery: Nursery, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(
            name,
            nursery,
            ["impl", "serve"],
            environment={**environment, "STORE_PORT": str(self.port)},
            log=folder / f"{name}.log",
            probe=f"{self.url}/health/ready",
        )

    def sagas_running(self) -> int:
        """What its metrics say; 0 where it does not answer."""
        try:
            text = httpx.get(f"{self.url}/metrics", timeout=1).text
        except httpx.HTTPError:
            return 0
        for line in text.splitlines():
            if line.startswith("sagas_running "):
                return int(float(line.split()[1]))
        return 0


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Settings of a replica, with a lease that is short enough to wait for."""
    return {
        "STORE_DEVELOPMENT": "true",
        "STORE_DATABASE_URL": database_url,
        "STORE_RATE_LIMIT": "1000000000",
        "STORE_LOG_LEVEL": "warning",
        "STORE_CHECK_REPLIES": "1",
        "STORE_SAGA_LEASE": "1",
        **more,
    }


def migrate(environment: Mapping[str, str]) -> None:
    """Bring the database to head."""
    subprocess.run(
        [sys.executable, "-m", "impl", "migrate"],
        cwd=ROOT, env={**os.environ, **environment}, check=True,
    )  # fmt: skip


def token() -> str:
    """A token for the development key that may do everything."""
    tokens = tokens_of(Settings(development=True))
    return tokens.issue("ada", SCOPES, lifetime=timedelta(hours=12))
