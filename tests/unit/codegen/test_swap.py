"""Folders are replaced whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accord.codegen.swap import recover, staged

TARGETS = ("a", "deep/b", "c")


def tree(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two targets that are there, one that is not yet."""
    for target in ("a", "deep/b"):
        (tmp_path / target).mkdir(parents=True)
        (tmp_path / target / "file").write_text("old")
        (tmp_path / target / "gone").write_text("old")
    return tmp_path


def write_all(new: Path) -> None:
    for target in TARGETS:
        (new / target).mkdir(parents=True)
        (new / target / "file").write_text("new")


WANTED = {f"{target}/file": "new" for target in TARGETS}


def test_targets_are_replaced_whole(root: Path) -> None:
    """New files are there, old ones gone, no staging folder stays."""
    with staged(root, TARGETS) as new:
        write_all(new)
    assert tree(root) == WANTED
    assert sorted(path.name for path in root.iterdir()) == ["a", "c", "deep"]


def test_a_target_that_was_not_written_stays(root: Path) -> None:
    """What a run does not make, it does not touch."""
    with staged(root, TARGETS) as new:
        (new / "a").mkdir()
    assert tree(root) == {"deep/b/file": "old", "deep/b/gone": "old"}


def test_an_error_while_writing_leaves_everything(root: Path) -> None:
    """The tree is as it was, and the error is raised."""
    before = tree(root)

    def fail(new: Path) -> None:
        write_all(new)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), staged(root, TARGETS) as new:
        fail(new)
    assert tree(root) == before


@pytest.mark.parametrize("renames", range(8))
def test_a_process_killed_between_renames_is_taken_back(root: Path, renames: int) -> None:
    """The next run finds the tree as it was, or as it was to be, never a mixture."""
    before = tree(root)
    code = f"""
import os
from pathlib import Path
from accord.codegen.swap import staged

left, rename = {renames}, Path.rename

def dying(self, target):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    return rename(self, target)

with staged(Path({str(root)!r}), {TARGETS!r}) as new:
    for target in {TARGETS!r}:
        (new / target).mkdir(parents=True)
        (new / target / "file").write_text("new")
    Path.rename = dying
"""
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)
    recover(root)
    assert tree(root) == (before if done.returncode == 9 else WANTED)
    assert not (root / ".accord-staging").exists()


def test_recovering_twice_changes_nothing(root: Path) -> None:
    """There is nothing to take back in a tree that is whole."""
    before = tree(root)
    recover(root)
    recover(root)
    assert tree(root) == before
