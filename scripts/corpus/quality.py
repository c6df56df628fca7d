"""mypy and ruff, each run once over all packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.corpus.contracts import ROOT
from scripts.corpus.stage import PACKAGES

_PLACE = re.compile(r"^(?P<package>\w+)[\\/][\w\\/]+\.py:")
_RULES = "E,F,I,W,UP,B,C4,PIE,RET,RUF,SIM"


def mypy_findings(folder: Path, packages: Mapping[str, str], cache: str) -> dict[str, list[str]]:
    """What `mypy --strict` says of packages, by their cases' names; `packages` are these by the
    packages' own. What mypy knows of them it keeps in a folder called `cache`."""
    command = [
        *(sys.executable, "-m", "mypy", "--strict", "--python-version=3.11"),
        *("--config-file=", f"--cache-dir={folder.resolve() / cache}", "--no-error-summary"),
        # accord itself is checked elsewhere; here it only has to be found.
        *("--follow-imports=silent", "--namespace-packages"),
        *(f"--package={package}" for package in packages),
    ]
    return _findings(command, folder, packages, {"MYPYPATH": str(ROOT)})


def ruff_findings(folder: Path, packages: Mapping[str, str]) -> dict[str, list[str]]:
    """What `ruff check` and `ruff format --check` say of packages, likewise."""
    settings = ["--isolated", "--no-cache", "--target-version=py311", "--config=line-length=100"]
    ruff = [sys.executable, "-m", "ruff"]
    check = [
        *ruff,
        "check",
        *settings,
        "--output-format=concise",
        f"--select={_RULES}",
        "--ignore=RUF001,RUF002,RUF003",
    ]
    found = _findings([*check, *packages], folder, packages, {})
    layout = _findings([*ruff, "format", *settings, "--diff", *packages], folder, packages, {})
    return {name: found[name] + layout[name] for name in found}


def _findings(
    command: Sequence[str], folder: Path, packages: Mapping[str, str], environment: dict[str, str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in packages.values()}
    if not packages:
        return found
    done = subprocess.run(
        command,
        cwd=folder / PACKAGES,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        place = _PLACE.match(line)
        if place and place["package"] in packages and ": note:" not in line:
            found[packages[place["package"]]].append(line[:300])
        elif line.startswith("--- ") and (package := line[4:].split("/")[0]) in packages:
            found[packages[package]].append(f"{line[4:]}: would be formatted anew")
    if done.returncode and not any(found.values()):
        # It stopped before it could judge: nobody passes.
        reason = (done.stderr or done.stdout)[-300:]
        return {name: [reason] for name in found}
    return found
