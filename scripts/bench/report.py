"""What was measured, for people and for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scripts.bench.measure import CORE_RATE, Case, Round, medians

_PACKAGES = (
    "fastapi", "starlette", "pydantic", "uvicorn", "uvloop", "httptools", "litestar", "msgspec",
    "httpx", "httpx-aiohttp", "aiohttp", "sqlalchemy", "asyncpg", "aiosqlite",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """The rounds of one case."""

    case: Case
    rounds: Sequence[Round]

    def targets(self) -> list[dict[str, Any]]:
        """Each with `name`, `value`, `target` and whether it is `met`."""
        found = []
        for target in self.case.targets:
            value = target.ratio(self.rounds)
            how = "at most" if target.at_most else "at least"
            found.append(
                {
                    "name": f"{self.case.title}: {target.figure} of {target.rival} "
                    f"against {target.against}, {how}",
                    "value": round(value, 3),
                    "target": target.bound,
                    "met": target.met_by(value),
                }
            )
        return found


def table(result: Result, *, verdicts: bool = True) -> str:
    """Medians by rival, then the ratios that count, unless without `verdicts`."""
    lines = [result.case.title]
    by_rival = medians(result.rounds)
    width = max(map(len, by_rival))
    for rival, figures in by_rival.items():
        said = "  ".join(f"{value:>12,.1f} {figure}" for figure, value in figures.items())
        lines.append(f"  {rival:<{width}}  {said}")
    if not verdicts:
        return "\n".join(lines)
    for target, found in zip(result.case.targets, result.targets(), strict=True):
        sign = "≤" if target.at_most else "≥"
        verdict = "met" if found["met"] else "NOT MET"
        figure = "" if target.figure == CORE_RATE else f" ({target.figure})"
        lines.append(
            f"  {found['value']:>8.2f} × {target.against}{figure}"
            f"  {sign} {target.bound:g}  {verdict}"
        )
    return "\n".join(lines)


def write(path: Path, results: Sequence[Result], *, counts: bool, awake: bool) -> None:
    """As JSON. `met` is null where the run was too short to count; `awake` says whether cores were
    kept from sleeping."""
    targets = [target for result in results for target in result.targets()]
    document = {
        "met": all(target["met"] for target in targets) if counts else None,
        "targets": targets,
        "machine": machine() | {"kept_awake": awake},
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in _PACKAGES},
        "rows": [
            {"case": result.case.name, "rival": rival, **figures}
            for result in results
            for rival, figures in medians(result.rounds).items()
        ],
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


def machine() -> dict[str, Any]:
    """The processor, its cores, and the system."""
    information = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (information.read_text().splitlines() if information.exists() else ())
        if line.startswith("model name")
    ]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
    }
