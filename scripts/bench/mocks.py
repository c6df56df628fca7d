"""The cases of mock servers: `accord mock` beside Prism, and how soon it is up.

Prism is no part of this project: `npm install --prefix build/prism @stoplight/prism-cli@5.16.0`.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter, sleep

from scripts.bench.load import SERVER_CORE, Ask, LoadFailed, answer, drive, pinned
from scripts.bench.measure import CORE_RATE, RATE, Figures, NotHere, Start, Target, kept
from scripts.bench.processes import Process
from scripts.bench.start_up import SECONDS

ACCORD, PRISM, QUIET = "accord mock", "Prism", "Prism, logging errors alone"
FIRST, AGAIN = "first time", "from the cache"
BROKEN, MENDED = "breaks", "is mended"
_CORPUS = Path(os.environ.get("ACCORD_CORPUS", Path.cwd().parent / "shared" / "corpus")) / "real"
_PRISM = Path("build/prism/node_modules/.bin/prism")
_HOW_TO_GET_PRISM = (
    "Prism was not found: npm install --prefix build/prism @stoplight/prism-cli@5.16.0"
)
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class MockCase:
    """One request, asked of both mocks of one contract; Prism leaves out the base path."""

    name: str
    title: str
    contract: str
    asks: Mapping[str, Ask]
    targets: Sequence[Target]

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        contract = _contract(self.contract)
        commands = {
            ACCORD: [*_accord(contract, folder / "mocks")],
            # As people start it: it prints five lines for each request, here into a file.
            PRISM: [_prism(), "mock", str(contract)],
            QUIET: [_prism(), "mock", str(contract), "--verboseLevel", "error"],
        }
        with ExitStack() as stack:
            servers = {
                rival: stack.enter_context(_running(command, self.asks[rival], folder / rival))
                for rival, command in commands.items()
            }
            yield kept(
                {
                    rival: partial(_slice, server, self.asks[rival], folder)
                    for rival, server in servers.items()
                }
            )


@dataclass(frozen=True, slots=True)
class UpCase:
    """From the command to the first answer, beside how long that may take at most."""

    name: str
    title: str
    contract: str
    ask: Ask
    bounds: Mapping[str, float]

    @property
    def targets(self) -> Sequence[Target]:
        return tuple(
            Target(rival, 1, _bound(bound), SECONDS, at_most=True)
            for rival, bound in self.bounds.items()
        )

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        contract = _contract(self.contract)
        cache = folder / "mocks-up"
        yield kept(
            {
                FIRST: lambda seconds: self._up(contract, cache, folder, anew=True),
                AGAIN: lambda seconds: self._up(contract, cache, folder, anew=False),
                **{_bound(each): partial(_constant, each) for each in self.bounds.values()},
            }
        )

    def _up(self, contract: Path, cache: Path, folder: Path, *, anew: bool) -> Figures:
        if anew:
            shutil.rmtree(cache, ignore_errors=True)
        elif not cache.exists():
            self._up(contract, cache, folder, anew=True)
        start = perf_counter()
        with _running(_accord(contract, cache), self.ask, folder / self.name, core=None):
            return {SECONDS: perf_counter() - start}


@dataclass(frozen=True, slots=True)
class ReloadCase:
    """From a change of the contract's file to the first answer that shows it, while the mock runs:
    sound to broken, and broken to sound."""

    name: str
    title: str
    contract: str
    ask: Ask
    bound: float

    @property
    def targets(self) -> Sequence[Target]:
        bound = _bound(self.bound)
        return tuple(Target(rival, 1, bound, SECONDS, at_most=True) for rival in (BROKEN, MENDED))

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        contract = folder / self.contract
        sound = _contract(self.contract).read_text("utf-8")
        contract.write_text(sound, "utf-8")
        changes = itertools.count()
        with _running(_accord(contract, folder / "mocks"), self.ask, folder / self.name) as server:

            def seen(text: str, broken: bool) -> Figures:
                contract.write_text(text, "utf-8")
                start = perf_counter()
                while _is_told_broken(server.port, self.ask) != broken:
                    sleep(0.005)
                return {SECONDS: perf_counter() - start}

            def breaks(seconds: float) -> Figures:
                seen(f"{sound}\n# {next(changes)}\n", broken=False)
                return seen("openapi: 3.1.0\npaths: nonsense\n", broken=True)

            def mends(seconds: float) -> Figures:
                seen(f"openapi: 3.1.0\npaths: nonsense\n# {next(changes)}\n", broken=True)
                return seen(f"{sound}\n# {next(changes)}\n", broken=False)

            yield kept(
                {
                    BROKEN: breaks,
                    MENDED: mends,
                    _bound(self.bound): partial(_constant, self.bound),
                }
            )


def _is_told_broken(port: int, ask: Ask) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(ask.method, ask.path)
        return connection.getresponse().getheader("accord-mock-error") is not None
    finally:
        connection.close()


@contextmanager
def _running(
    command: Sequence[str], ask: Ask, log: Path, *, core: str | None = SERVER_CORE
) -> Iterator[Process]:
    """A mock on a free port, until the block ends; it has answered once. Without a `core` it may
    use all that there are."""
    port = _free_port()
    command = [*command, "--port", str(port)]
    with log.with_suffix(".log").open("w") as output:
        process = subprocess.Popen(
            command if core is None else pinned(core, *command),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Process(process.pid, port, log.with_suffix(".log"))
    try:
        _wait(process, server, ask)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], server: Process, ask: Ask) -> None:
    until = monotonic() + _PATIENCE_S
    while True:
        try:
            answer(server.port, ask)
            return
        except OSError as error:
            if process.poll() is not None or monotonic() > until:
                printed = server.log.read_text()[-2000:]
                raise LoadFailed(f"no answer to {ask}: {error}\n{printed}") from error
            sleep(0.02)


def _slice(server: Process, ask: Ask, folder: Path, seconds: float) -> Figures:
    before = server.processor_seconds()
    count, rate = drive(server.port, ask, seconds, folder)
    return {RATE: rate, CORE_RATE: count / (server.processor_seconds() - before)}


def _constant(seconds: float, slice_seconds: float) -> Figures:
    return {SECONDS: seconds}


def _bound(seconds: float) -> str:
    return f"{seconds:g} s"


def _accord(contract: Path, cache: Path) -> list[str]:
    return [sys.executable, "-m", "accord", "mock", str(contract), "--cache", str(cache)]


def _prism() -> str:
    found = str(_PRISM) if _PRISM.exists() else shutil.which("prism")
    if found is None:
        raise NotHere(_HOW_TO_GET_PRISM)
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    if not re.match(r"5\.16\.", done.stdout.strip()):
        raise NotHere(f"{found} is version {done.stdout.strip()}. {_HOW_TO_GET_PRISM}")
    return str(Path(found).resolve())


def _contract(name: str) -> Path:
    path = _CORPUS / name
    if not path.exists():
        raise NotHere(f"{path} is not there; say where the corpus is by ACCORD_CORPUS")
    return path


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


MOCKS = (
    MockCase(
        "mock",
        "GET an order of petstore.yaml, mocked",
        "petstore.yaml",
        {
            ACCORD: Ask(path="/api/v3/store/order/1"),
            PRISM: Ask(path="/store/order/1"),
            QUIET: Ask(path="/store/order/1"),
        },
        (Target(ACCORD, 10, PRISM), Target(ACCORD, 10, PRISM, RATE)),
    ),
    UpCase(
        "mock-up",
        "from command to first answer, github.json mocked",
        "github.json",
        Ask(path="/repos/a/b"),
        {FIRST: 10.0, AGAIN: 3.0},
    ),
    ReloadCase(
        "mock-reload",
        "from a change of petstore.yaml to the answer that shows it",
        "petstore.yaml",
        Ask(path="/api/v3/store/order/1"),
        1.0,
    ),
)
