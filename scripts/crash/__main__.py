"""Kills a process of the store at every boundary of placing and cancelling orders.

Before, during and after each step and each compensation: `kill -9`. On SQLite the process is
started again; on PostgreSQL another one survives. Every order must end confirmed or undone, and
the ledgers of the services show no effect twice and none left over. Writes build/crash.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.crash.boundaries import SHORT, every
from scripts.crash.crashing import Crash, crash_at
from scripts.rig.programs import ROOT, postgresql

TAKE_OVER_S = 15.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one boundary of each kind")
    parser.add_argument("--database", choices=tuple(_DATABASES), help="default: both")
    given = parser.parse_args()
    boundaries = SHORT if given.short else tuple(every())
    chosen = (given.database,) if given.database else tuple(_DATABASES)
    crashes: dict[str, list[Crash]] = {}
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="crash-") as folder, _DATABASES[name]() as url:
            url = url or f"sqlite+aiosqlite:///{folder}/store.db"
            crashes[name] = crash_at(boundaries, Path(folder), url, said=_say(name))
    return _report(crashes)


@contextmanager
def _sqlite() -> Iterator[str]:
    yield ""


@contextmanager
def _postgresql() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="crash-postgresql-") as folder:
        server = postgresql(Path(folder))
        server.start()
        try:
            server.wait_ready()
            yield server.url
        finally:
            server.stop()


_DATABASES = {"sqlite": _sqlite, "postgresql": _postgresql}


def _say(name: str) -> Callable[[Crash], None]:
    def say(crash: Crash) -> None:
        verdict = crash.fault or f"as it should be after {crash.seconds:.1f} s"
        print(f"{name:<11} {crash.boundary!s:<42} {verdict}", flush=True)

    return say


def _report(crashes: dict[str, list[Crash]]) -> int:
    found = [crash for each in crashes.values() for crash in each]
    wrong = [crash for crash in found if crash.fault]
    slowest = max(crash.seconds for crash in found)
    targets = [
        {"name": "kills", "value": len(found), "target": len(found), "met": bool(found)},
        {"name": "orders that went wrong", "value": len(wrong), "target": 0, "met": not wrong},
        {
            "name": "slowest to be taken over and ended (s)",
            "value": round(slowest, 1),
            "target": TAKE_OVER_S,
            "met": slowest <= TAKE_OVER_S,
        },
    ]
    met = all(target["met"] for target in targets)
    print()
    for target in targets:
        mark = "" if target["met"] else "  MISSED"
        print(f"{target['name']:<44} {target['value']:>6}  (target {target['target']}){mark}")
    report = {
        "met": met,
        "targets": targets,
        "kills": {name: len(each) for name, each in crashes.items()},
        "crashes": [
            {
                "database": name,
                "boundary": str(crash.boundary),
                "seconds": round(crash.seconds, 2),
                "fault": crash.fault,
            }
            for name, each in crashes.items()
            for crash in each
        ],
    }
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "crash.json").write_text(json.dumps(report, indent=2) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
