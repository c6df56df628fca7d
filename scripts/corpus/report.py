"""The table, the targets, and build/corpus.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARKS = ("generated", "same_bytes", "parses", "imports", "mypy", "ruff", "starts")
"""What must be true of every contract, in the order of the columns."""
_SECONDS = ("read_s", "render_s", "format_s", "import_s", "start_s", "first_post_s")
_LAST = ("validators_s", "fuzz_s")
_HEADINGS = (
    *("contract", "gen", "same", "parses", "imports", "mypy", "ruff", "starts"),
    *("served", "failures"),
    *(name.removesuffix("_s") for name in (*_SECONDS, *_LAST)),
)


@dataclass(slots=True)
class Row:
    """What is known of one contract. Stages put their results in; `faults` are in words."""

    name: str
    known: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def addressable(self) -> int:
        known = self.known
        apart: int = known.get("not_addressable", 0) + known.get("not_servable", 0)
        count: int = known.get("operations", 0) - apart
        return count

    def cells(self) -> list[str]:
        known = self.known
        yes = {True: "yes", False: "NO", None: "-"}
        marks = [yes[known.get(key)] for key in MARKS]
        served = f"{known['served']}/{self.addressable}" if "served" in known else "-"
        if apart := known.get("operations", 0) - self.addressable:
            served += f" (+{apart})"
        failures = str(known.get("failures", "-"))
        if known.get("explained"):
            failures += f" (+{len(known['explained'])})"
        seconds = [_second(known.get(key)) for key in (*_SECONDS, *_LAST)]
        return [self.name, *marks, served, failures, *seconds]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that must hold; `value` is what was found."""

    name: str
    value: Any
    limit: Any
    met: bool


def table(
    rows: Sequence[Row],
    headings: Sequence[str] = (),
    more: Callable[[Row], list[str]] = lambda _: [],
) -> str:
    """All rows, in columns: those of every row, and `more` under `headings`."""
    cells = [[*_HEADINGS, *headings], *([*row.cells(), *more(row)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for line in cells:
        first, *rest = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        lines.append(f"{first}  {'  '.join(rest)}".rstrip())
    return "\n".join(lines)


def write(path: Path, rows: Sequence[Row], targets: Sequence[Target]) -> None:
    """The whole result: `met` says whether every target is."""
    page: Mapping[str, Any] = {
        "met": all(target.met for target in targets),
        "targets": [
            {"name": each.name, "value": each.value, "target": each.limit, "met": each.met}
            for each in targets
        ],
        "contracts": [{"name": row.name, **row.known, "faults": row.faults} for row in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")


def _second(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
