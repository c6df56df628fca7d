"""Small inline contracts, generated, imported and served."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType

import pytest

from accord.codegen.generate import generate_one

_HEAD = """\
openapi: 3.1.0
info: {title: Test, version: 1.0.0}
"""
_NO_OPERATION = "paths: {}\n"


@dataclass(frozen=True)
class Package:
    """A generated package: its folder, and its modules."""

    folder: Path
    models: ModuleType
    handlers: ModuleType
    routes: ModuleType


Generate = Callable[[str], Package]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Generate]:
    """`generated(text)` imports what a contract becomes; `text` is YAML: named schemas only, or
    what follows the contract's head, or a whole contract."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(text: str) -> Package:
        body = dedent(text).strip("\n")
        if "paths:" not in body:
            body = f"{_NO_OPERATION}components:\n  schemas:\n{indent(body, '    ')}"
        contract = tmp_path / "contract.yaml"
        head = "" if "openapi:" in body else _HEAD
        contract.write_text(f"{head}{body}\n", "utf-8")
        name = f"generated_{len(made)}_{tmp_path.name.replace('-', '_')}"
        made.append(name)
        generate_one(contract, tmp_path / name, root=tmp_path)
        modules = [importlib.import_module(f"{name}.{part}") for part in _PARTS]
        return Package(tmp_path / name, *modules)

    yield make
    for module in [module for module in sys.modules if module.partition(".")[0] in made]:
        del sys.modules[module]


_PARTS = ("models", "handlers", "routes")
