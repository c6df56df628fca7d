"""Two columns: operations in the client of those declared, and round-tripping of those declared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scripts.corpus import stage
from scripts.corpus.clients import SUFFIX
from scripts.corpus.contracts import ROOT, Case
from scripts.corpus.report import Row, Target

HEADINGS = ("client", "round trips")
_SHOWN = 3


def fill(rows: Mapping[str, Row], folder: Path, groups: Iterable[Sequence[Case]]) -> None:
    """Makes the clients, has mypy read them, and calls the mocks with them."""
    for group in groups:
        made = []
        for name, result in stage.run("clients", folder, group).items():
            if _noted(rows[name], "client", result):
                made.append(Case(name))
        for name, lines in mypy_findings(folder, made).items():
            rows[name].known["client_mypy"] = not lines
            rows[name].faults += [f"client: mypy: {line}" for line in lines[:_SHOWN]]
        for name, result in stage.run("round_trips", folder, made).items():
            _noted(rows[name], "round_trips", result)
            rows[name].faults += [f"round trip: {fault}" for fault in result.get("lost", ())]


def _noted(row: Row, key: str, result: stage.Result) -> bool:
    reason = result.pop("failed", None)
    row.known[key] = reason is None
    row.known.update(result)
    if reason is not None:
        row.faults.append(f"{key}: {reason}")
    return reason is None


def mypy_findings(folder: Path, cases: Sequence[Case]) -> dict[str, list[str]]:
    """What `mypy --strict` says of each case's client, by the case's name."""
    packages = {f"{case.package}{SUFFIX}": case.name for case in cases}
    found: dict[str, list[str]] = {case.name: [] for case in cases}
    if not cases:
        return found
    command = [
        *(sys.executable, "-m", "mypy", "--strict", "--python-version=3.11", "--config-file="),
        *(f"--cache-dir={folder.resolve() / 'mypy-clients'}", "--no-error-summary"),
        *("--follow-imports=silent", "--namespace-packages"),
        *(f"--package={package}" for package in packages),
    ]
    done = subprocess.run(
        command,
        cwd=folder / stage.PACKAGES,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        name = packages.get(line.partition("/")[0])
        if name is not None and ": error:" in line:
            found[name].append(line[:300])
    if done.returncode and not any(found.values()):
        # It stopped before it could judge: nobody passes.
        return {name: [(done.stderr or done.stdout)[-300:]] for name in found}
    return found


def cells(row: Row) -> list[str]:
    """What the columns show of one contract."""
    known = row.known
    client, trips = "-", "-"
    if "client_operations" in known:
        client = f"{known['client_operations']}/{known.get('operations', 0)}"
        client += "" if known.get("client_mypy") else " NOT TYPED"
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
    typed = sum(bool(row.known.get("client_mypy")) for row in rows)
    tried = all(row.known.get("round_trips") for row in rows)
    return [
        Target("client operations generated", made, declared, made == declared),
        Target("clients that mypy --strict passes", typed, len(rows), typed == len(rows)),
        Target("operations that round-trip", back, trips, tried and back == trips),
    ]
