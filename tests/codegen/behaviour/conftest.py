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

from accord.codegen.single import generate_one

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


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generate]:
    """`generated(text)` imports what a contract becomes; `text` is YAML: named schemas only, or
    what follows the contract's head, or a whole contract. The same text is generated once."""
    folder = tmp_path_factory.mktemp("behaviour")
    made: dict[str, Package] = {}
    sys.path.insert(0, str(folder))

    def make(text: str) -> Package:
        if text not in made:
            made[text] = _generate(text, folder, f"behaviour_{len(made)}")
        return made[text]

    yield make
    sys.path.remove(str(folder))


def _generate(text: str, folder: Path, name: str) -> Package:
    body = dedent(text).strip("\n")
    if "paths:" not in body and "webhooks:" not in body:
        body = f"{_NO_OPERATION}components:\n  schemas:\n{indent(body, '    ')}"
    head = "" if "openapi:" in body else _HEAD
    contract = folder / name / "contract.yaml"
    contract.parent.mkdir()
    contract.write_text(f"{head}{body}\n", "utf-8")
    package = f"{name}_generated"
    generate_one(contract, folder / package, root=folder / name)
    modules = [importlib.import_module(f"{package}.{part}") for part in _PARTS]
    return Package(folder / package, *modules)


_PARTS = ("models", "handlers", "routes")
