"""The command: `python -m scripts.campaign [--cases N] [--max-examples N] [--seed N]`.

Fuzzes version 1 and version 2 against a fresh store on SQLite and one on PostgreSQL, with every
reply held against the contract, until so many requests were sent. Prints each report, and writes
build/campaign.json; ends with 1 where a check failed or a database was left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from accord import spec
from accord.gates.application import Running, running
from accord.gates.fuzz.report import Report
from accord.gates.fuzz.run import SEED, fuzz
from accord.gates.project import commands, fuzz_settings
from scripts.bench.databases import postgresql_server
from scripts.bench.measure import NotHere

ROOT = Path(__file__).parents[2]
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="at least so many, in all")
    parser.add_argument("--max-examples", type=int, default=600, help="for an operation, a run")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    options = parser.parse_args()
    runs: list[tuple[str, Report]] = []
    seed = options.seed
    while sum(report.cases for _, report in runs) < options.cases:
        for database in DATABASES:
            for run in _runs(database, seed, options.max_examples):
                print(f"{database}: {run}\n", flush=True)
                runs.append((database, run))
        seed += 1
    page = _page(runs, options.cases)
    options.out.mkdir(exist_ok=True)
    (options.out / "campaign.json").write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
    cases = sum(report.cases for _, report in runs)
    failures = sum(len(report.failures) + len(report.errors) for _, report in runs)
    print(f"{cases:,} cases in {len(runs)} runs, {failures} failures")
    return 0 if page["met"] else 1


def _runs(database: str, seed: int, max_examples: int) -> Iterator[Report]:
    for source in spec.discover(ROOT):
        if source.kind == "served":
            contract = spec.read(source.path, name=source.name, base=ROOT)
            with _store(database) as store:
                yield fuzz(
                    contract.name,
                    contract.document,
                    store,
                    seed=seed,
                    max_examples=max_examples,
                    settings=fuzz_settings(ROOT),
                )


@contextmanager
def _store(database: str) -> Iterator[Running]:
    """A fresh one for each run: what one left behind would change the verdict on the next."""
    own = commands(ROOT)
    if database == "sqlite":
        with running(ROOT, own) as store:
            yield store
        return
    try:
        with postgresql_server() as url:
            environment = {**own.environment, "STORE_DATABASE_URL": url}
            with running(ROOT, replace(own, environment=environment)) as store:
                yield store
    except NotHere as error:
        raise SystemExit(str(error)) from error


def _page(runs: list[tuple[str, Report]], wanted: int) -> dict[str, Any]:
    cases = sum(report.cases for _, report in runs)
    failures = sum(len(report.failures) + len(report.errors) for _, report in runs)
    targets = [
        {"name": "cases, at least", "value": cases, "target": wanted, "met": cases >= wanted},
        {"name": "failures", "value": failures, "target": 0, "met": failures == 0},
    ]
    return {
        "met": all(target["met"] for target in targets),
        "targets": targets,
        "runs": [{"database": database, **report.as_json()} for database, report in runs],
    }


if __name__ == "__main__":
    sys.exit(main())
