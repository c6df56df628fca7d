"""`make corpus` in its short form: a few contracts of others, through every stage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.corpus.contracts import CORPUS, HOW_TO_GET_IT, ROOT

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=HOW_TO_GET_IT)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_few_contracts_pass_every_stage_but_fuzzing(tmp_path: Path) -> None:
    """Generated twice alike, typed, tidy, started; the wrong ones judged as their README says."""
    command = [sys.executable, "-m", "scripts.corpus", "--short", "--no-fuzz"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    page = json.loads((tmp_path / "corpus.json").read_text("utf-8"))
    assert page["met"], done.stdout
    assert done.returncode == 0
