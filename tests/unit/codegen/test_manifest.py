"""What decides whether something is generated again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import accord
from accord.codegen import manifest


@pytest.mark.parametrize("part", ["client/call.py", "codegen/routes.py", "spec/build.py"])
def test_generator_is_all_code_that_ends_up_in_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Its digest changes with what writes them, and with what packages of clients carry along."""
    package = tmp_path / "accord"
    shutil.copytree(
        Path(accord.__path__[0]), package, ignore=shutil.ignore_patterns("__pycache__", "gates")
    )
    monkeypatch.setattr(manifest, "__file__", str(package / "codegen" / "manifest.py"))
    before = manifest.generator_digest()
    with (package / part).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert manifest.generator_digest() != before


def test_what_gates_keep_is_no_input(tmp_path: Path) -> None:
    """A case that fuzzing leaves, or a release, changes nothing that is generated."""
    contract = tmp_path / "openapi" / "shop" / "v1.yaml"
    contract.parent.mkdir(parents=True)
    contract.write_text("openapi: 3.1.0\n")
    before = manifest.inputs_digest(tmp_path)
    for folder in ("cases", "released"):
        kept = tmp_path / "openapi" / folder / "shop" / "v1" / "kept.json"
        kept.parent.mkdir(parents=True)
        kept.write_text("{}")
    assert manifest.inputs_digest(tmp_path) == before
    contract.write_text("openapi: 3.1.1\n")
    assert manifest.inputs_digest(tmp_path) != before
