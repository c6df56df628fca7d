"""Two columns: operations in the client of those declared, and round-tripping of those declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.corpus import kept, quality, stage
from scripts.corpus.clients import SUFFIX
from scripts.corpus.contracts import Case
from scripts.corpus.report import Row, Target

HEADINGS = ("client", "round trips")
_SHOWN = 3
PROCESSES = 2
"""How many stages run at once where their seconds do not matter."""


def fill(
    rows: Mapping[str, Row],
    folder: Path,
    groups: Sequence[Sequence[Case]],
    packages: Mapping[str, str],
) -> None:
    """Makes the clients, has mypy and ruff read them, and calls the mocks with them; `packages` are
    the digests of the servers' packages."""
    made: list[Case] = []
    for group in groups:
        for name, result in kept.run("clients", folder, group, packages, SUFFIX).items():
            if _noted(rows[name], "client", result):
                made.append(Case(name))
    # Each large one by itself: together they would need more memory than a machine may have.
    for group in groups:
        names = {f"{case.package}{SUFFIX}": case.name for case in group if case in made}
        _judged(rows, "client_mypy", quality.mypy_findings(folder, names, "mypy-clients"))
    names = {f"{case.package}{SUFFIX}": case.name for case in made}
    _judged(rows, "client_ruff", quality.ruff_findings(folder, names))
    with ThreadPoolExecutor(PROCESSES) as pool:
        trips = [[case for case in group if case in made] for group in groups]
        for results in pool.map(lambda g: kept.run("round_trips", folder, g, packages), trips):
            for name, result in results.items():
                _noted(rows[name], "round_trips", result)
                rows[name].faults += [f"round trip: {fault}" for fault in result.get("lost", ())]


def _judged(rows: Mapping[str, Row], key: str, findings: Mapping[str, list[str]]) -> None:
    for name, lines in findings.items():
        rows[name].known[key] = not lines
        rows[name].faults += [f"{key}: {line}" for line in lines[:_SHOWN]]


def _noted(row: Row, key: str, result: stage.Result) -> bool:
    reason = result.pop("failed", None)
    row.known[key] = reason is None
    row.known.update(result)
    if reason is not None:
        row.faults.append(f"{key}: {reason}")
    return reason is None


def cells(row: Row) -> list[str]:
    """What the columns show of one contract."""
    known = row.known
    client, trips = "-", "-"
    if "client_operations" in known:
        client = f"{known['client_operations']}/{known.get('operations', 0)}"
        client += "" if known.get("client_mypy") else " NOT TYPED"
        client += "" if known.get("client_ruff") else " NOT CLEAN"
    if "round_tripped" in known:
        trips = f"{known['round_tripped']}/{known['trips']}"
        if without := known.get("without_value"):
            trips += f" (+{len(without)})"
    return [client, trips]


def targets(rows: Sequence[Row]) -> list[Target]:
    """Every operation is in its client, every client is typed, every value comes back."""
    declared = sum(row.known.get("operations", 0) for row in rows)
    made = sum(row.known.get("client_operations", 0) for row in rows)
    trips = sum(row.known.get("trips", 0) for row in rows)
    back = sum(row.known.get("round_tripped", 0) for row in rows)
    typed, clean = (
        sum(bool(row.known.get(key)) for row in rows) for key in ("client_mypy", "client_ruff")
    )
    tried = all(row.known.get("round_trips") for row in rows)
    return [
        Target("client operations generated", made, declared, made == declared),
        Target("clients that mypy --strict passes", typed, len(rows), typed == len(rows)),
        Target("clients that ruff passes", clean, len(rows), clean == len(rows)),
        Target("operations that round-trip", back, trips, tried and back == trips),
    ]
