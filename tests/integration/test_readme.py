"""The README's tour, carried out block by block as a reader would."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.readme.blocks import Block, blocks
from scripts.readme.tour import Differs, Tour

ROOT = Path(__file__).parents[2]


def commit(folder: Path) -> Path:
    """The files that a clone would have, as they are now, with this environment in its place: of
    today, or the clone would find something to install, and install it there."""
    subprocess.run([ROOT / "scripts" / "setup", "dev"], check=True)
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_block_does_what_is_shown(tmp_path: Path) -> None:
    """Each command prints what stands below it; each edit finds its place."""
    found = blocks((ROOT / "README.md").read_text("utf-8"))
    assert {block.verb for block in found} == {"run", "serve", "into", "change"}
    # This environment's accord is the copy's, so that the tour is of what lies here.
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with Tour(commit(tmp_path), environment) as tour:
        for block in found:
            tour.carry_out(block)


def test_what_differs_is_shown(tmp_path: Path) -> None:
    """A command that prints something else, and an edit without a place, fail with both texts."""
    with Tour(tmp_path, dict(os.environ)) as tour:
        tour.carry_out(Block("run", "$ echo one; echo two\n…two\n", 1))
        with pytest.raises(Differs, match=r"(?s)line 7: echo one.*printed.*one.*shows.*three"):
            tour.carry_out(Block("run", "$ echo one\nthree\n", 7))
        (tmp_path / "file").write_text("here\n")
        with pytest.raises(Differs, match="line 3: file has no place"):
            tour.carry_out(Block("into", "text\n", 3, file="file", after="there"))
        tour.carry_out(Block("change", " here\n+and more\n", 4, file="file"))
        assert (tmp_path / "file").read_text() == "here\nand more\n"


def test_a_directive_that_is_none_is_refused() -> None:
    """So that no block is passed over by a slip of the pen."""
    with pytest.raises(ValueError, match="line 3: 'runn' is no directive"):
        blocks("<!-- runn -->\n```console\n$ true\n```\n")
