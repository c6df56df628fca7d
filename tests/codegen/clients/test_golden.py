"""A golden record: a contract beside every byte of its client.

After an intended change, `pytest tests/codegen/clients/test_golden.py --update-golden` writes it
anew: read the diff before you commit it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from accord.codegen.clients import render_client
from accord.codegen.generate import formatted
from accord.spec import read

GOLDEN = Path(__file__).parent / "golden"


def test_output_is_as_recorded(request: pytest.FixtureRequest) -> None:
    """Not a byte differs, no file is missing, none is extra."""
    contract = read(GOLDEN / "contract.yaml", base=GOLDEN)
    files = formatted(render_client(contract), accord_is_local=True)
    expected = GOLDEN / "expected"
    if request.config.getoption("--update-golden", default=False):
        shutil.rmtree(expected, ignore_errors=True)
        for name, content in files.items():
            path = expected / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    recorded = {
        path.relative_to(expected).as_posix(): path.read_bytes()
        for path in expected.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert recorded == files
