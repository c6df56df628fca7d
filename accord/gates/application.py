"""The project's own application in a process of its own, for gates that need it to run."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from accord.errors import UsageError
from accord.gates.project import Commands

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
_TAIL = 4_000


EVERYTHING = "all"
"""The scopes of a token that may do everything."""
Issue = Callable[[str, str], str | None]


def _no_tokens(caller: str, scopes: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Running:
    """Where the application answers, and a token it accepts (None where it asks for none).

    `issue(caller, scopes)` gives another, for a caller of that name and scopes with blanks between
    them, or `EVERYTHING`: None where the project does not say how that is had.
    """

    url: str
    token: str | None
    issue: Issue = _no_tokens


@contextmanager
def running(root: Path, commands: Commands) -> Iterator[Running]:
    """The application of the project at `root`, on a free port with an empty folder for its
    state; stopped and cleaned up at the end.

    Raises `UsageError` with the end of its output where it does not start or gives no token.
    """
    with _Sigterm() as sigterm, tempfile.TemporaryDirectory(prefix="accord-") as folder:
        state = Path(folder, "state")
        state.mkdir()
        port = _free_port()
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(commands.serve, port=port, state=state),
                cwd=root,
                env=os.environ | commands.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            with sigterm.heeding():
                _wait(process, port, commands.serve, log)
                run = partial(_printed, root, commands, port=port, state=state)
                token = None if commands.token is None else run(commands.token)

                def issue(caller: str, scopes: str) -> str | None:
                    if commands.token_for is None:
                        return None
                    return run(commands.token_for, caller=caller, scopes=scopes)

                yield Running(f"http://127.0.0.1:{port}", token, issue)
        finally:
            _stop(process)


class _Sigterm:
    """A block that SIGTERM ends as Ctrl-C does, so that what it started is stopped with it; what is
    not `heeding` it, as starting and stopping, goes on to its end first."""

    def __init__(self) -> None:
        self._is_heeded = self._came = False
        # Signals are the main thread's.
        self._is_ours = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> _Sigterm:
        if self._is_ours:
            self._before = signal.signal(signal.SIGTERM, self._take)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._is_ours:
            signal.signal(signal.SIGTERM, self._before)
        self._leave()

    @contextmanager
    def heeding(self) -> Iterator[None]:
        self._is_heeded = True
        try:
            self._leave()
            yield
        finally:
            self._is_heeded = False

    def _take(self, number: int, frame: object) -> None:
        self._came = True
        if self._is_heeded:
            self._is_heeded = False
            self._leave()

    def _leave(self) -> None:
        if self._came:
            raise SystemExit(128 + signal.SIGTERM)


def _command(line: str, **values: object) -> list[str]:
    words = [word.format(**values) for word in shlex.split(line)]
    if words[0] in {"python", "python3"}:
        words[0] = sys.executable
    return words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, line: str, log: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while True:
        has_answered = _answers(port)
        if process.poll() is not None:
            # Somebody else may have taken the port, and answers in its place.
            raise UsageError(f"{line!r} ended with {process.returncode}:\n{_tail(log)}")
        if has_answered:
            return
        if time.monotonic() > until:
            raise UsageError(f"{line!r} does not answer after {START_TIMEOUT_S} s:\n{_tail(log)}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _printed(root: Path, commands: Commands, line: str, **values: object) -> str:
    """The token that a command prints."""
    try:
        done = subprocess.run(
            _command(line, **values),
            cwd=root,
            env=os.environ | commands.environment,
            capture_output=True,
            text=True,
            timeout=START_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"{line!r} printed no token in {START_TIMEOUT_S} s") from None
    token = done.stdout.strip()
    if done.returncode or not token or any(character.isspace() for character in token):
        raise UsageError(
            f"{line!r} did not print one token and nothing else:\n"
            f"{done.stdout[-_TAIL:]}{done.stderr[-_TAIL:]}"
        )
    return token


def _stop(process: subprocess.Popen[bytes]) -> None:
    # The whole group: what it started itself must not outlive it either.
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGTERM:
            return


def _tail(log: Path) -> str:
    return log.read_bytes()[-_TAIL:].decode(errors="replace").strip() or "(it printed nothing)"
