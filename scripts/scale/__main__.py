"""The command: `python -m scripts.scale [--items N] [--only DATABASE]`.

Fills a store with items, starts it as `make run` does, and measures over its socket, on SQLite and
on PostgreSQL:

- a page in the middle of the list next to the first one, in turns, for several sorts and filters;
- the export of all items: what memory it takes, and what it does to other requests meanwhile.

Prints tables and writes build/scale.json; ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from accord.gates.application import running
from accord.gates.project import commands
from scripts.bench.databases import postgresql_server
from scripts.bench.measure import NotHere
from scripts.scale.export import Export, measure_export
from scripts.scale.fill import fill
from scripts.scale.pages import Pages, measure_pages

ROOT = Path(__file__).parents[2]
DATABASES = ("sqlite", "postgresql")
DEEP_PAGE = 1.25
"""How much longer a page in the middle may take than the first one; that it is not 1 is what the
median of a few hundred requests is worth on a busy machine."""
EXPORT_MEMORY = 48 * 2**20
SLOWER, LATER = 2.0, 0.020


def main() -> int:
    parser = argparse.ArgumentParser(prog="make scale", description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="where scale.json goes")
    options = parser.parse_args()
    targets: list[dict[str, Any]] = []
    for database in DATABASES:
        if options.only in (None, database):
            try:
                targets += _measured(database, options.items)
            except NotHere as error:
                print(f"{database}: left out. {error}\n", flush=True)
    met = bool(targets) and all(target["met"] for target in targets)
    options.out.mkdir(exist_ok=True)
    page = {"met": met, "items": options.items, "targets": targets}
    (options.out / "scale.json").write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
    for target in targets:
        if not target["met"]:
            print(f"missed: {target['name']}: {target['value']}, at most {target['target']}")
    return 0 if met else 1


def _measured(database: str, items: int) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="accord-scale-")))
        url = f"sqlite+aiosqlite:///{folder / 'store.db'}"
        if database == "postgresql":
            url = stack.enter_context(postgresql_server())
        asyncio.run(fill(url, items))
        own = commands(ROOT)
        own = replace(own, environment={**own.environment, "STORE_DATABASE_URL": url})
        store = stack.enter_context(running(ROOT, own))
        client = stack.enter_context(
            httpx.Client(
                base_url=store.url, headers={"authorization": f"Bearer {store.token}"}, timeout=60
            )
        )
        pages = [measure_pages(client, query) for query in QUERIES]
        export = measure_export(client)
    print(_table(database, items, pages, export), flush=True)
    return [*_page_targets(database, pages), *_export_targets(database, export)]


QUERIES = (
    {},
    {"sort": "price"},
    {"sort": "-name"},
    {"sort": "sku", "category": "toys"},
    {"sort": "-updated_at", "category": "books"},
)


def _table(database: str, items: int, pages: list[Pages], export: Export) -> str:
    lines = [
        f"{database}, {items:,} items; milliseconds, median (95th percentile)",
        f"  {'list':<40}{'first page':>18}{'page in the middle':>22}{'ratio':>8}",
    ]
    lines += [
        f"  {each.name:<40}{_ms(each.first):>18}{_ms(each.deep):>22}{each.ratio:>8.2f}"
        for each in pages
    ]
    lines += [
        f"  export of {export.items:,} items: {export.compressed / 2**20:.1f} MiB in "
        f"{export.seconds:.1f} s; memory before {export.before / 2**20:.0f} MiB, at most "
        f"{export.most / 2**20:.0f} MiB while it ran",
        f"  reading an item meanwhile: {_ms(export.during)}, undisturbed {_ms(export.alone)}",
        "",
    ]
    return "\n".join(lines)


def _ms(times: Any) -> str:
    return f"{times.median * 1000:.2f} ({times.p95 * 1000:.2f})"


def _page_targets(database: str, pages: list[Pages]) -> list[dict[str, Any]]:
    return [
        _at_most(f"{database}: {each.name}: middle against first page", each.ratio, DEEP_PAGE)
        for each in pages
    ]


def _export_targets(database: str, export: Export) -> list[dict[str, Any]]:
    allowed = max(SLOWER * export.alone.p99, export.alone.p99 + LATER)
    grown = (export.most - export.before) / 2**20
    return [
        _at_most(f"{database}: MiB that an export adds", grown, EXPORT_MEMORY / 2**20),
        _at_most(f"{database}: p99 of a read during an export, s", export.during.p99, allowed),
    ]


def _at_most(name: str, value: float, target: float) -> dict[str, Any]:
    value, target = round(value, 4), round(target, 4)
    return {"name": name, "value": value, "target": target, "met": value <= target}


if __name__ == "__main__":
    sys.exit(main())
