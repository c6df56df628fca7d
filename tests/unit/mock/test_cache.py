"""Packages are found by the content of all files of their contract."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from accord.mock.build import build
from accord.mock.cache import Cache, cache_folder

_CONTRACT = """
openapi: 3.1.0
info: {title: T, version: 1.0.0}
paths:
  /a: {get: {responses: {'200': {$ref: 'parts/replies.yaml#/A'}}}}
"""
_PART = "A: {description: One.}\n"


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "replies.yaml").write_text(_PART)
    path = tmp_path / "contract.yaml"
    path.write_text(_CONTRACT)
    return path


def test_a_contract_is_built_once(contract: Path, tmp_path: Path) -> None:
    """And found again, also in another folder; a change in any of its files is another contract."""
    cache = Cache(tmp_path / "cache")
    assert cache.find(contract) is None
    built = build(contract, cache)
    assert built.faults == ""
    assert {Path(file).name for file in built.files} == {"contract.yaml", "replies.yaml"}
    first = cache.find(contract)
    assert first is not None
    assert (first.package / "routes.py").exists()
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in ("contract.yaml", "parts/replies.yaml"):
        (copy / file).parent.mkdir(exist_ok=True)
        (copy / file).write_bytes((tmp_path / file).read_bytes())
    found = Cache(tmp_path / "cache").find(copy / "contract.yaml")
    assert found is not None
    assert found.folder == first.folder
    (tmp_path / "parts" / "replies.yaml").write_text("A: {description: Another.}\n")
    assert cache.find(contract) is None
    build(contract, cache)
    second = cache.find(contract)
    assert second is not None
    assert second.digest != first.digest


def test_a_broken_contract_leaves_nothing(contract: Path, tmp_path: Path) -> None:
    """Its faults and the files that would mend it are told, also one that is not there."""
    (tmp_path / "parts" / "replies.yaml").unlink()
    built = build(contract, Cache(tmp_path / "cache"))
    assert "parts/replies.yaml" in built.faults
    assert str(tmp_path / "parts" / "replies.yaml") in built.files
    assert not (tmp_path / "cache").exists()


def test_what_nobody_has_used_for_long_is_forgotten(contract: Path, tmp_path: Path) -> None:
    """When something new is added."""
    cache = Cache(tmp_path / "cache")
    build(contract, cache)
    old = cache.find(contract)
    assert old is not None
    past = time.time() - 31 * 24 * 3600
    os.utime(old.folder / "files.json", (past, past))
    contract.write_text(_CONTRACT.replace("title: T", "title: U"))
    build(contract, cache)
    assert not old.folder.exists()
    assert cache.find(contract) is not None


def test_a_cache_that_cannot_be_written_is_said(contract: Path, tmp_path: Path) -> None:
    """With the option that names another."""
    (tmp_path / "cache").write_text("a file")
    assert "--cache" in build(contract, Cache(tmp_path / "cache")).faults


def test_the_users_cache_is_where_xdg_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative `XDG_CACHE_HOME` is ignored, as its specification wants."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder(None) == Path("/somewhere/accord")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder(None) == Path.home() / ".cache" / "accord"
    assert cache_folder(Path("here")) == Path("here")
