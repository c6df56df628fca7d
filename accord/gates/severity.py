"""What accord makes of each check of oasdiff: `severity.txt`, held against the binary's list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from accord.errors import UsageError
from accord.gates import oasdiff

Severity = Literal["law", "wire", "meaning"]
FILE = "severity.txt"


@lru_cache(maxsize=8)
def severities(binary: Path) -> Mapping[str, Severity]:
    """Check → what it counts for.

    Raises `UsageError` where the binary has other checks than the file: it is of another version.
    """
    decided = _read()
    there = oasdiff.checks(binary)
    unknown, gone = sorted(there - decided.keys()), sorted(decided.keys() - there)
    if unknown or gone:
        named = [f"it has {check}, which accord does not know" for check in unknown[:3]]
        named += [f"it lacks {check}" for check in gone[:3]]
        raise UsageError(
            f"oasdiff ({binary}) is not the version that accord was held against, 1.15: "
            f"{'; '.join(named)} ({len(unknown) + len(gone)} checks differ)\n"
            "  mend: `npm ci` installs the pinned one; for another, decide about its checks in "
            f"accord/gates/{FILE}"
        )
    return decided


def _read() -> dict[str, Severity]:
    text = (files("accord.gates") / FILE).read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {check: cast(Severity, severity) for check, severity in lines}
