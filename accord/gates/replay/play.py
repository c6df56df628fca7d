"""Scenarios run with a release's package against an application; what was said both ways."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.errors import UsageError
from accord.gates.replay.packages import Package
from accord.gates.replay.scenarios import Scenario

PLAYER = Path(__file__).with_name("player.py")
_TIMEOUT_S = 300.0
Exchange = Mapping[str, Any]
"""A call as `player.exchange` writes it."""


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was run. `what` is why it failed (empty: it did not), at `line` of its
    module, which reads `code`; `exchanges` are its calls in order, those that only wait for
    something left out but for the last."""

    scenario: Scenario
    exchanges: tuple[Exchange, ...]
    what: str = ""
    line: int = 0
    code: str = ""


def play(
    package: Package, scenarios: Sequence[Scenario], url: str, token: str | None
) -> tuple[Played, ...]:
    """Runs `scenarios` in order, in one process. Raises `UsageError` where that breaks down."""
    if not scenarios:
        return ()
    task = {
        "folder": str(package.folder.absolute()),
        "module": package.module,
        "service": package.service,
        "url": url,
        "token": token or "",
        "scenarios": [{"name": each.name, "source": each.source} for each in scenarios],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", PLAYER],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"scenarios of {package.module} take more than {_TIMEOUT_S} s") from None
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(told) != len(scenarios):
        raise UsageError(f"scenarios of {package.module} broke down:\n{done.stderr[-4000:]}")
    return tuple(_played(scenario, each) for scenario, each in zip(scenarios, told, strict=True))


def _played(scenario: Scenario, told: Mapping[str, Any]) -> Played:
    error = told["error"] or {}
    return Played(
        scenario,
        tuple(without_waiting(told["exchanges"])),
        error.get("what", ""),
        error.get("line") or 0,
        error.get("code", ""),
    )


def without_waiting(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The calls, of the same safe request over and over only the last: how often somebody asked
    until something was done is no promise."""
    kept: list[Exchange] = []
    for each in exchanges:
        again = kept and kept[-1]["request"] == each["request"]
        if again and each["request"]["method"] in ("GET", "HEAD"):
            kept.pop()
        kept.append(each)
    return kept
