"""One boundary after the other: a process dies there, another one carries on, the ledgers tell."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from impl.domain.idempotency import IdempotencyKey
from scripts.crash.boundaries import Boundary
from scripts.crash.victim import FILE
from scripts.rig import ledgers
from scripts.rig.nursery import Nursery
from scripts.rig.store import ITEM, Fakes, Replica, environment, migrate, token

_PATIENCE = 30.0
"""Seconds within which an order must be as it should; taking over takes 15 at most."""


@dataclass(frozen=True, slots=True)
class Crash:
    """What came of one boundary: `fault` is empty where all is as it should be; `seconds` are those
    from the process's death, or from when it is back, until the order was."""

    boundary: Boundary
    fault: str
    seconds: float


class Scene:
    """The store on one database, with fakes, in the empty folder `folder`.

    On SQLite the process that dies is started again; elsewhere a second one survives, and carries
    on before the first one is back.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self._nursery = Nursery()
        self.fakes = Fakes(self._nursery, folder / "fakes")
        self.survives = not database_url.startswith("sqlite")
        self._file = folder / "crash.json"
        self._environment = {**environment(database_url), **self.fakes.environment}
        crashing = {**self._environment, FILE: str(self._file)}
        self.victim = Replica("victim", self._nursery, folder, crashing)
        self.survivor = Replica("survivor", self._nursery, folder, self._environment)
        self._http = httpx.Client(headers={"authorization": f"Bearer {token()}"}, timeout=30)
        self._item = ""

    def __enter__(self) -> Scene:
        self._nursery.__enter__()
        migrate(self._environment)
        self.fakes.start()
        self.victim.start()
        if self.survives:
            self.survivor.start()
            self.survivor.wait_ready()
        self.victim.wait_ready()
        made = self._http.post(f"{self.victim.url}/v2/items", json={**ITEM, "sku": "MUG-1"})
        self._item = made.raise_for_status().json()["id"]
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self.victim.kill()
        self.survivor.kill()
        self.fakes.stop()
        self._nursery.__exit__()

    def crash(self, boundary: Boundary) -> Crash:
        """Kill the victim there, and see what becomes of the order."""
        key = uuid4().hex
        saga, ask = self._place(key)
        order_id = ""
        if boundary.way == "undo":
            self.fakes.tell("payments", [{"kind": "fail", "operation": "updatePayment"}])
        if boundary.way == "cancel":
            order = ask(self.victim.url).raise_for_status().json()
            order_id = order["id"]
            saga, ask = self._cancel(order_id)
        wanted = {"saga": saga, "step": boundary.step, "moment": boundary.moment}
        self._file.write_text(json.dumps(wanted))
        with suppress(httpx.HTTPError):
            ask(self.victim.url)
        if not self.victim.wait_dead(_PATIENCE):
            return Crash(boundary, "the process did not get there", 0)
        died = time.monotonic()
        carries_on = self.survivor if self.survives else self.victim
        if not self.survives:
            self.victim.start()
            self.victim.wait_ready()
            died = time.monotonic()
        fault = self._awaited(boundary, payment_method(key))
        seconds = time.monotonic() - died
        fault = fault or self._answered(boundary, ask, carries_on.url)
        self.fakes.tell("payments", [])
        if self.survives:
            self.victim.start()
            self.victim.wait_ready()
        return Crash(boundary, fault, seconds)

    def _place(self, key: str) -> tuple[str, Callable[[str], httpx.Response]]:
        body = {
            "customer_id": "cus_8f3k2m9q1z",
            "payment_method_id": payment_method(key),
            "lines": [{"item_id": self._item, "quantity": 1}],
            "shipping_address": {
                "recipient": "Ada Lovelace",
                "line1": "Marktgasse 12",
                "postal_code": "3011",
                "city": "Bern",
                "country": "CH",
            },
        }

        def ask(url: str) -> httpx.Response:
            headers = {"idempotency-key": key}
            return self._http.post(f"{url}/v2/orders", json=body, headers=headers)

        return IdempotencyKey("ada", "place_order", key).saga(1), ask

    def _cancel(self, order_id: str) -> tuple[str, Callable[[str], httpx.Response]]:
        # A confirmed order has been pending before: it is at its second revision.
        key = IdempotencyKey("ada", "cancel_order", f"{order_id}:2")

        def ask(url: str) -> httpx.Response:
            return self._http.put(f"{url}/v2/orders/{order_id}/cancellation")

        return key.saga(1), ask

    def _awaited(self, boundary: Boundary, method: str) -> str:
        """What is wrong with the order's traces; empty as soon as nothing is."""
        until = time.monotonic() + _PATIENCE
        while True:
            mine = [
                traces
                for traces in ledgers.read(self.fakes.state).values()
                if traces.payment_method == method
            ]
            fault = _fault(boundary, mine)
            if not fault or time.monotonic() > until:
                return fault
            time.sleep(0.1)

    def _answered(self, boundary: Boundary, ask: Callable[[str], httpx.Response], url: str) -> str:
        """What is wrong with the answer to the same request, asked again."""
        if boundary.way == "undo":
            # The key is free again; what it would begin is another order.
            return ""
        answer = ask(url)
        wanted = (201, "confirmed") if boundary.way == "place" else (200, "cancelled")
        got = (answer.status_code, answer.json().get("status"))
        return "" if got == wanted else f"asked again, it is answered {got}, not {wanted}"


def payment_method(key: str) -> str:
    """A way to pay of its own for each key: ledgers know orders, and not what they were for."""
    return f"pm_{key[:20]}"


def _fault(boundary: Boundary, found: list[ledgers.Traces]) -> str:
    if len(found) != 1:
        return f"{len(found)} orders have left traces"
    (traces,) = found
    if traces.doubled:
        return f"done twice: {', '.join(traces.doubled)} ({traces})"
    if boundary.way == "place":
        told = traces.effects["sendMessage:order_confirmed"] == 1
        return "" if traces.is_complete and told else f"not complete: {traces}"
    if boundary.way == "cancel" and traces.effects["sendMessage:order_cancelled"] != 1:
        return f"nobody was told: {traces}"
    return "" if traces.is_undone else f"something is left over: {traces}"


def crash_at(
    boundaries: Iterable[Boundary],
    folder: Path,
    database_url: str,
    *,
    said: Callable[[Crash], Any] = lambda _: None,
) -> list[Crash]:
    """Kill a process at each boundary, one after the other."""
    crashes = []
    with Scene(folder, database_url) as scene:
        for boundary in boundaries:
            crash = scene.crash(boundary)
            said(crash)
            crashes.append(crash)
            if crash.fault:
                print(f"FAILED {crash.boundary}: {crash.fault}", file=sys.stderr)
    return crashes
