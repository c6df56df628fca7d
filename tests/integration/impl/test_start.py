"""Starting the store: what stops it says why, and what serves stops cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
ITEM = {
    "sku": "NEW-0001",
    "name": "New",
    "category": "toys",
    "price": {"amount_minor": 1, "currency": "EUR"},
}
KEYS = {"STORE_CURSOR_KEY": "c" * 32, "STORE_TOKEN_KEY": "t" * 32, "STORE_DOWNSTREAM_KEY": "d" * 8}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "impl", *arguments],
        cwd=ROOT,
        env=os.environ | KEYS | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_wrong_setting_stops_the_start() -> None:
    """One line with the name, the fault and what is allowed; no traceback."""
    ended = run(STORE_PORT="70000")
    assert ended.returncode == 2
    assert ended.stderr.startswith("STORE_PORT: '70000' is wrong: ")
    assert ended.stderr.rstrip().endswith("(allowed: 0 to 65535)")


def test_settings_that_contradict_each_other_stop_the_start() -> None:
    """The same for a value that another one forbids."""
    ended = run(STORE_REQUEST_TIMEOUT="200")
    assert ended.returncode == 2
    assert ended.stderr.startswith("STORE_REQUEST_TIMEOUT: 200 is wrong: ")
    assert ended.stderr.rstrip().endswith(
        "STORE_LONGEST_REQUEST_TIMEOUT (allowed: more than 0, up to 120)"
    )


def test_a_schema_that_is_not_head_stops_the_start(tmp_path: Path) -> None:
    """The message has the command that mends it; after it, migrating is done."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    ended = run(STORE_DATABASE_URL=url)
    assert ended.returncode == 2
    assert "python -m impl migrate" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert run("migrate", STORE_DATABASE_URL=url).returncode == 0
    assert run("migrate", STORE_DATABASE_URL=url).returncode == 0


def test_a_taken_port_stops_the_start(tmp_path: Path) -> None:
    """The message names the port and how to choose another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = run("dev", "--state", str(tmp_path), "--port", port)
    assert ended.returncode == 2
    assert port in ended.stderr
    assert "STORE_PORT=" in ended.stderr


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        (
            "serve",
            {"STORE_DATABASE_URL": "postgresql+asyncpg://ada:secret@127.0.0.1:1/store"},
            ["postgresql+asyncpg://ada:***@127.0.0.1:1/store", "STORE_DATABASE_URL"],
        ),
        (
            "migrate",
            {"STORE_DATABASE_URL": "postgresql+asyncpg://ada:secret@127.0.0.1:1/store"},
            ["postgresql+asyncpg://ada:***@127.0.0.1:1/store", "STORE_DATABASE_URL"],
        ),
        ("dev", {"STORE_LOG_FILE": "/no/such/folder/store.log"}, ["/no/such/folder/store.log"]),
    ],
)
def test_what_is_not_there_stops_the_start(
    tmp_path: Path, command: str, environment: dict[str, str], said: list[str]
) -> None:
    """A database that is down, a log that cannot be written: a line says so, and no secret."""
    arguments = ("--state", str(tmp_path), "--port", "0") if command == "dev" else ()
    ended = run(command, *arguments, **environment)
    assert ended.returncode == 2, ended.stderr
    assert all(text in ended.stderr for text in said), ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_development_serves_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    """It prints an address that answers and a request that works; a signal ends it with 0, its
    log complete. What it kept is there the second time: a creation that is repeated, too."""
    made: list[str] = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "impl", "dev", "--state", str(tmp_path), "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        url = process.stdout.readline().split()[4].rstrip(";")
        request = next(line for line in process.stdout if line.startswith("curl"))
        token = request.split("Bearer ")[1].split('"')[0]
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "once"}
        made.append(httpx.post(f"{url}/v2/items", headers=headers, json=ITEM).json()["id"])
        reply = httpx.get(f"{url}/v2/items", headers=headers)
        assert len(reply.json()["items"]) == 13
        stopping = time.monotonic()
        process.send_signal(number)
        assert process.wait(20) == 0
        assert time.monotonic() - stopping < 10
    assert made[0] == made[1]
    assert (tmp_path / "store.log").read_text().count('"event":"request"') == 4
