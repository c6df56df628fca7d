"""Stopping: not ready, served for a while, what is in flight finished; a second signal ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


class Store:
    """A store in a process of its own, with a client that may do everything."""

    def __init__(self, process: subprocess.Popen[str], http: httpx.Client) -> None:
        self.process = process
        self.http = http

    def phase(self) -> tuple[int, str]:
        reply = self.http.get("/health/ready")
        return reply.status_code, reply.json().get("detail", "")


@pytest.fixture
def store_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Serves for `request.param` seconds after the signal to stop."""
    process = subprocess.Popen(
        [sys.executable, "-m", "impl", "dev", "--state", str(tmp_path), "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"STORE_DRAIN_DELAY": str(request.param)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[4].rstrip(";")
    command = next(line for line in process.stdout if line.startswith("curl"))
    bearer = command.split("Bearer ")[1].split('"')[0]
    with httpx.Client(
        base_url=url, headers={"authorization": f"Bearer {bearer}"}, timeout=30
    ) as http:
        yield Store(process, http)
    process.kill()
    process.wait()


@pytest.mark.parametrize("store_of", [2], indirect=True)
def test_it_is_not_ready_and_serves(store_of: Store) -> None:
    """New requests too, each on a connection that ends with it; then it stops in good order."""
    assert store_of.phase() == (200, "")
    store_of.process.send_signal(signal.SIGTERM)
    while store_of.phase()[0] == 200:
        time.sleep(0.01)
    assert store_of.phase() == (503, "This replica is draining.")
    served = store_of.http.get("/v2/items")
    assert (served.status_code, served.headers["connection"]) == (200, "close")
    assert store_of.http.get("/health/live").status_code == 200
    assert store_of.process.wait(30) == 0


@pytest.mark.parametrize("store_of", [0], indirect=True)
def test_what_is_in_flight_is_finished(store_of: Store) -> None:
    """A reply that has begun comes to its end, though nobody can connect any more."""
    item = store_of.http.get("/v2/items?page_size=1").json()["items"][0]
    answers = []

    def place() -> None:
        answers.append(store_of.http.post("/v2/orders", json=_order(item["id"]), headers=_key()))

    placing = threading.Thread(target=place)
    placing.start()
    while "sagas_running 1" not in store_of.http.get("/metrics").text and placing.is_alive():
        pass
    store_of.process.send_signal(signal.SIGTERM)
    placing.join()
    assert answers[0].status_code == 201
    assert store_of.process.wait(30) == 0


@pytest.mark.parametrize("store_of", [600], indirect=True)
def test_a_second_signal_ends_all_waiting(store_of: Store) -> None:
    """Ten minutes of them."""
    store_of.process.send_signal(signal.SIGTERM)
    while store_of.phase()[0] == 200:
        time.sleep(0.01)
    store_of.process.send_signal(signal.SIGTERM)
    store_of.process.wait(30)


def _order(item_id: str) -> dict[str, object]:
    return {
        "customer_id": "cus_8f3k2m9q1z",
        "payment_method_id": "pm_4t7v1x9b2c",
        "lines": [{"item_id": item_id, "quantity": 1}],
        "shipping_address": {
            "recipient": "Ada Lovelace",
            "line1": "Marktgasse 12",
            "postal_code": "3011",
            "city": "Bern",
            "country": "CH",
        },
    }


def _key() -> dict[str, str]:
    return {"idempotency-key": "drained-1"}
