"""The benchmark's contract, generated: alone, and appended to a large one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from scripts.bench.load import LoadFailed
from scripts.bench.measure import NotHere

PACKAGE = "bench_contracts"
_OWN = Path(__file__).with_name("contract.yaml")
_CORPUS = Path(os.environ.get("ACCORD_CORPUS", "../shared/corpus"))
LARGE = _CORPUS / "real" / "github.json"


def generate_items(folder: Path) -> None:
    """Makes `bench_contracts.items` in `folder`. Raises `LoadFailed`."""
    _generate(_OWN, folder, "items")


@contextmanager
def appended(folder: Path) -> Iterator[Mapping[str, str]]:
    """Makes `bench_contracts.large`: github.json with our operations at its end."""
    if not LARGE.exists():
        raise NotHere(f"{LARGE} is not there; ACCORD_CORPUS names the folder of contracts")
    merged: dict[str, Any] = json.loads(LARGE.read_text("utf-8"))
    own: dict[str, Any] = yaml.safe_load(_OWN.read_text("utf-8"))
    merged["paths"] |= own["paths"]
    for kind, parts in own["components"].items():
        theirs = merged["components"].setdefault(kind, {})
        if clash := theirs.keys() & parts.keys():
            raise LoadFailed(f"{LARGE} has {kind} of the same names: {sorted(clash)}")
        theirs |= parts
    path = folder / "large.json"
    path.write_text(json.dumps(merged))
    _generate(path, folder, "large")
    yield {}


def _generate(contract: Path, folder: Path, name: str) -> None:
    package = folder / PACKAGE
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    accord = Path(sys.executable).with_name("accord")
    done = subprocess.run(
        [accord, "generate", "--contract", str(contract), "--out", str(package / name)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise LoadFailed(f"accord generate failed for {contract}:\n{done.stdout}{done.stderr}")
