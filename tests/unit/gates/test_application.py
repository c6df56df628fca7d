"""The project's application as a process: started, waited for, stopped, cleaned up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.gates.application import running
from accord.gates.project import Commands, commands

SERVE = "python -m http.server {port} --bind 127.0.0.1 --directory {state}"


def test_runs_and_stops(tmp_path: Path) -> None:
    """It answers inside the block, with the token that the second command prints, and is gone
    after it."""
    with running(tmp_path, Commands(SERVE, "python -c 'print(\"t0ken\")'")) as started:
        with urllib.request.urlopen(started.url) as answer:
            assert answer.status == 200
        assert started.token == "t0ken"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(started.url)


GATE = """
import pathlib, time
from accord.gates.application import running
from accord.gates.project import Commands

with running(pathlib.Path(), Commands({serve!r}, None)) as started:
    print(started.url, flush=True)
    time.sleep(60)
"""


def test_stops_with_a_gate_that_is_told_to(tmp_path: Path) -> None:
    """SIGTERM, as CI sends it, leaves neither the application nor its folder behind."""
    folders = tmp_path / "folders"
    folders.mkdir()
    gate = subprocess.Popen(
        [sys.executable, "-c", GATE.format(serve=SERVE)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folders)},
    )
    assert gate.stdout is not None
    url = gate.stdout.readline().strip()
    with urllib.request.urlopen(url) as answer:
        assert answer.status == 200
    gate.terminate()
    assert gate.wait(30) == 128 + signal.SIGTERM
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url)
    assert not list(folders.iterdir())


STARTING = """
import os, pathlib, signal, subprocess
from accord.gates.application import running
from accord.gates.project import Commands

class Process(subprocess.Popen):
    def __init__(self, *command, **options):
        super().__init__(*command, **options)
        print(self.pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

subprocess.Popen = Process
with running(pathlib.Path(), Commands({serve!r}, None)):
    print("it runs")
"""


def test_stops_with_a_gate_that_is_told_to_while_it_starts(tmp_path: Path) -> None:
    """What has just been started is known by then to nobody else."""
    gate = subprocess.run(
        [sys.executable, "-c", STARTING.format(serve=SERVE)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        check=False,
    )
    (started,) = gate.stdout.split()
    assert gate.returncode == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.killpg(int(started), signal.SIGKILL)
    assert not list(tmp_path.iterdir())


def test_application_that_ends(tmp_path: Path) -> None:
    """An application that does not stay up is a fault with its own last words."""
    failing = Commands("python -c 'raise SystemExit(\"no database at {state}\")'", None)
    with (
        pytest.raises(UsageError, match=r"ended with 1:\nno database at /"),
        running(tmp_path, failing),
    ):
        pass


def test_token_command_that_talks(tmp_path: Path) -> None:
    """More than one word is no token: better refused than sent as a header."""
    talking = Commands(SERVE, "python -c 'print(\"your token: t0ken\")'")
    with pytest.raises(UsageError, match="one token and nothing else"), running(tmp_path, talking):
        pass


def test_environment(tmp_path: Path) -> None:
    """Both commands get the variables that the project sets for them."""
    greeting = "python -c 'import os; print(os.environ[\"GREETING\"])'"
    with running(tmp_path, Commands(SERVE, greeting, {"GREETING": "hello"})) as started:
        assert started.token == "hello"


def test_settings(tmp_path: Path) -> None:
    """Both commands come from pyproject.toml; without them the fault shows what to write."""
    with pytest.raises(UsageError, match=r"\[tool\.accord\.application\]"):
        commands(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.accord.application]\nserve = "serve {port}"\ntoken = "token {state}"\n'
        "environment = { LIMIT = 7 }\n"
    )
    assert commands(tmp_path) == Commands("serve {port}", "token {state}", {"LIMIT": "7"})
    (tmp_path / "pyproject.toml").write_text("[tool.accord")
    with pytest.raises(UsageError, match="not TOML"):
        commands(tmp_path)
