"""What really happened to orders: the ledgers of the services, and nothing that the store says."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from impl.fakes import ledger_path

_MADE = {"inventory": "reservations", "payments": "payments", "shipping": "shipments"}
DONE = {"inventory": "confirmed", "payments": "captured", "shipping": "created"}
UNDONE = {"inventory": "released", "payments": "voided", "shipping": "cancelled"}


@dataclass(slots=True)
class Traces:
    """What one order has left: the states of what each service keeps for it, how often each
    effect was had, and which way to pay it was for."""

    states: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    effects: Counter[str] = field(default_factory=Counter)
    payment_method: str = ""

    @property
    def is_complete(self) -> bool:
        """One of each, and each as a confirmed order has it."""
        return all(self.states.get(service) == [state] for service, state in DONE.items())

    @property
    def is_undone(self) -> bool:
        """Nothing is left, of however many."""
        return all(
            state == UNDONE[service] for service, found in self.states.items() for state in found
        )

    @property
    def doubled(self) -> list[str]:
        """Effects that were had more than once."""
        return [name for name, number in sorted(self.effects.items()) if number > 1]

    def __str__(self) -> str:
        states = ", ".join(f"{service} {found}" for service, found in sorted(self.states.items()))
        return f"{states}; {dict(self.effects)}"


def read(state: Path) -> dict[str, Traces]:
    """The traces of every order, by its id; `state` is the folder of the ledgers."""
    orders: dict[str, Traces] = defaultdict(Traces)
    for service in _MADE:
        with closing(_opened(state, service)) as ledger:
            for owner, document in ledger.execute("SELECT owner, document FROM records"):
                if owner == "stock":
                    continue
                record = json.loads(document)
                traces = orders[owner]
                traces.states[service].append(record["status"])
                if service == "payments":
                    traces.payment_method = record["payment_method_id"]
            _count(ledger, orders)
    with closing(_opened(state, "notifications")) as ledger:
        _count(ledger, orders)
    return orders


def _count(ledger: sqlite3.Connection, orders: dict[str, Traces]) -> None:
    for operation, document in ledger.execute("SELECT operation, document FROM effects"):
        record = json.loads(document)
        # A customer may be told of several things, but of each once.
        name = f"{operation}:{record['template']}" if "template" in record else operation
        orders[record["order_id"]].effects[name] += 1


def _opened(state: Path, service: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{ledger_path(state, service)}?mode=ro", uri=True, timeout=10)
