"""What stages found before: a result holds for as long as all that it depends on has the same
bytes, which are the package that was generated, accord, the stage and the locked libraries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from scripts.corpus import stage
from scripts.corpus.contracts import ROOT, Case
from scripts.corpus.stage import PACKAGES, Result

_MODULES = {
    "serving": ("serving",),
    "conformance": ("conformance", "asking", "findings", "form_bodies"),
    "clients": ("clients",),
    "round_trips": ("round_trips", "clients", "sameness", "values"),
}
"""What each stage is made of, but for what all of them are."""


def run(
    name: str, folder: Path, cases: Iterable[Case], packages: Mapping[str, str], made: str = ""
) -> dict[str, Result]:
    """What the stage called `name` says of each case: as kept, or as it says now. `packages` are
    the digests of what was generated; a stage that makes a package itself, whose name ends in
    `made`, is run again where that is gone. What failed is not kept."""
    results: dict[str, Result] = {}
    waiting = []
    keys = {case.name: f"{packages[case.name]} {_project(name)}" for case in cases}
    for case in cases:
        found = _kept(_path(folder, name, case), keys[case.name])
        if found is not None and (folder / PACKAGES / f"{case.package}{made}").is_dir():
            results[case.name] = {**found, f"{name}_kept": True}
        else:
            waiting.append(case)
    for case in waiting:
        _path(folder, name, case).unlink(missing_ok=True)
    fresh = stage.run(name, folder, waiting)
    for case in waiting:
        result = fresh[case.name]
        if "failed" not in result:
            text = json.dumps({"key": keys[case.name], "result": result})
            path = _path(folder, name, case)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return results | fresh


def _path(folder: Path, name: str, case: Case) -> Path:
    return folder / "kept" / f"{case.package}.{name}.json"


def _kept(path: Path, key: str) -> Result | None:
    try:
        page = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    result: Result = page["result"]
    return result if page["key"] == key else None


@cache
def _project(name: str) -> str:
    """The digest of accord, of the stage called `name`, and of the versions that are locked."""
    total = hashlib.sha256()
    modules = (*_MODULES[name], "stage", "contracts")
    stages = [Path(__file__).with_name(f"{module}.py") for module in modules]
    code = sorted((ROOT / "accord").rglob("*.py"))
    for path in (*code, *stages, *sorted(ROOT.glob("requirements*.lock"))):
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
