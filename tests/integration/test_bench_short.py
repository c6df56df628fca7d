"""The benchmark in its short form: every case runs, and nothing is said of speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = ("get", "post", "list", "get-stack", "invalid", "item-sqlite", "fan-out")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_rival_is_measured_without_a_verdict(tmp_path: Path) -> None:
    """All rivals start, answer alike and are measured; `met` is null, whatever the figures."""
    only = [argument for case in CASES for argument in ("--only", case)]

    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench", "--short", "--out", str(tmp_path), *only],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["met"] is None
    assert {row["case"] for row in written["rows"]} == set(CASES)
    assert all(row["per_core_s"] > 0 for row in written["rows"])
    assert written["versions"].keys() >= {"python", "fastapi", "uvicorn"}
