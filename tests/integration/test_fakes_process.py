"""`python -m impl.fakes`: a process of its own, which may die at any moment."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
MESSAGE = {
    "order_id": "5e2a7c40-9b1d-4c8e-a3f6-7d0b2e4c6a81",
    "customer_id": "cus_8f3k2m9q1z",
    "template": "order_confirmed",
    "channel": "email",
}


@contextmanager
def process(state: Path) -> Iterator[tuple[subprocess.Popen[str], Mapping[str, str]]]:
    """The fakes and their addresses."""
    command = [sys.executable, "-m", "impl.fakes", "--state", str(state), "--api-key", "k"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as fakes:
        try:
            assert fakes.stdout is not None
            yield fakes, json.loads(fakes.stdout.readline())
        finally:
            fakes.kill()


def send(addresses: Mapping[str, str]) -> httpx.Response:
    headers = {"X-Api-Key": "k", "Idempotency-Key": "order-1"}
    return httpx.post(f"{addresses['notifications']}/messages", json=MESSAGE, headers=headers)


def test_remembers_across_kill(state: Path) -> None:
    """After kill -9 the same key gives the same answer, and there is one message still."""
    with process(state) as (fakes, addresses):
        first = send(addresses)
        fakes.kill()
    with process(state) as (fakes, addresses):
        again = send(addresses)
        listed = httpx.get(
            f"{addresses['notifications']}/messages",
            params={"order_id": MESSAGE["order_id"]},
            headers={"X-Api-Key": "k"},
        )
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert [message["id"] for message in listed.json()["items"]] == [first.json()["id"]]


def test_stops_when_told(state: Path) -> None:
    """SIGTERM ends it in good order."""
    with process(state) as (fakes, addresses):
        assert len(addresses) == 6
        fakes.send_signal(signal.SIGTERM)
        assert fakes.wait(10) == 0
