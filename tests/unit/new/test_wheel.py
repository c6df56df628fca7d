"""The wheel that new projects carry."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from accord.new.wheel import own_wheel

pytestmark = pytest.mark.slow
PACK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from accord.new.wheel import own_wheel
own_wheel(Path(sys.argv[2]))
"""


def contents(wheel: Path) -> dict[str, bytes]:
    """Its files, but for the list of them, whose order is free."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith(("RECORD", "/"))
        }


def test_a_wheel_makes_itself_again(tmp_path: Path) -> None:
    """Built from a checkout; and where accord is installed from that wheel, put together from what
    is installed: file by file the same."""
    built = own_wheel(tmp_path / "built")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(installed)
    subprocess.run(
        [sys.executable, "-c", PACK, installed, tmp_path / "packed"], check=True, cwd=tmp_path
    )
    packed = tmp_path / "packed" / built.name
    assert contents(packed) == contents(built)
    assert "accord/new/template/scripts/setup" in contents(built)
