"""What tools say of the golden records, servers and clients: in one file, for mypy's cache is for
one at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.clients.test_golden import GOLDEN
from tests.codegen.test_cases import CASES, NAMES

ROOT = Path(__file__).parents[2]
USE = GOLDEN / "use.py"

pytestmark = pytest.mark.slow


def said(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command", ["mypy --strict", "ruff check --no-cache", "ruff format --check --no-cache"]
)
def test_output_is_typed_and_tidy(command: str) -> None:
    """mypy in its strict mode and ruff, with this project's settings, find nothing to say, nor
    does mypy about code that uses a client as it is meant to be used."""
    servers = [CASES / name / "expected" for name in NAMES]
    done = said(*command.split(), *servers, GOLDEN / "expected", USE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_misuse_is_a_type_error(tmp_path: Path) -> None:
    """What the contract does not take is found before it is sent: a member that an enum does not
    list, a property of another type, an argument that is not there, a secured operation without
    credentials."""
    text = USE.read_text("utf-8")
    wrong = [
        ('state=["waiting"]', 'state=["lost"]'),
        ("grams=3", 'grams="3"'),
        ("since=when", "till=when"),
        ("AuthenticatedClient(BASE", "Client(BASE"),
    ]
    misuses = []
    for index, (right, instead) in enumerate(wrong):
        assert right in text
        path = tmp_path / f"misuse_{index}.py"
        path.write_text(text.replace(right, instead), "utf-8")
        misuses.append(path)
    done = said("mypy", "--strict", *misuses)
    for path in misuses:
        assert f"{path.name}:" in done.stdout, done.stdout
