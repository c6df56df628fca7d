"""mypy and ruff, each run once over all packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.corpus.contracts import ROOT, Case
from scripts.corpus.stage import PACKAGES

_PLACE = re.compile(r"^(?P<package>\w+)[\\/]\w+\.py:")
_RULES = "E,F,I,W,UP,B,C4,PIE,RET,RUF,SIM"


def mypy_findings(folder: Path, cases: Sequence[Case]) -> dict[str, list[str]]:
    """What `mypy --strict` says of each case's package, by the case's name."""
    command = [
        *(sys.executable, "-m", "mypy", "--strict", "--python-version=3.11"),
        *("--config-file=", f"--cache-dir={folder.resolve() / 'mypy'}", "--no-error-summary"),
        # accord itself is checked elsewhere; here it only has to be found.
        *("--follow-imports=silent", "--namespace-packages"),
        *(f"--package={case.package}" for case in cases),
    ]
    return _findings(command, folder, cases, {"MYPYPATH": str(ROOT)})


def ruff_findings(folder: Path, cases: Sequence[Case]) -> dict[str, list[str]]:
    """What `ruff check` and `ruff format --check` say of each case's package."""
    settings = ["--isolated", "--no-cache", "--target-version=py311", "--config=line-length=100"]
    names = [case.package for case in cases]
    ruff = [sys.executable, "-m", "ruff"]
    check = [
        *ruff,
        "check",
        *settings,
        "--output-format=concise",
        f"--select={_RULES}",
        "--ignore=RUF001,RUF002,RUF003",
    ]
    found = _findings([*check, *names], folder, cases, {})
    layout = _findings([*ruff, "format", *settings, "--diff", *names], folder, cases, {})
    return {name: found[name] + layout[name] for name in found}


def _findings(
    command: Sequence[str], folder: Path, cases: Sequence[Case], environment: dict[str, str]
) -> dict[str, list[str]]:
    done = subprocess.run(
        command,
        cwd=folder / PACKAGES,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, list[str]] = {case.name: [] for case in cases}
    names = {case.package: case.name for case in cases}
    lines = done.stdout.splitlines()
    for line in lines:
        place = _PLACE.match(line)
        if place and place["package"] in names and ": note:" not in line:
            found[names[place["package"]]].append(line[:300])
        elif line.startswith("--- ") and (package := line[4:].split("/")[0]) in names:
            found[names[package]].append(f"{line[4:]}: would be formatted anew")
    if done.returncode and not any(found.values()):
        # It stopped before it could judge: nobody passes.
        reason = (done.stderr or done.stdout)[-300:]
        return {name: [reason] for name in found}
    return found
