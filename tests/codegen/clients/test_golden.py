"""A golden record: a contract beside every byte of its client, and what tools say of it.

After an intended change, `pytest tests/codegen/clients/test_golden.py --update-golden` writes it
anew: read the diff before you commit it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from accord.codegen.clients import render_client
from accord.codegen.generate import formatted
from accord.spec import read

ROOT = Path(__file__).parents[3]
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    ["mypy --strict", "ruff check --no-cache", "ruff format --check --no-cache"],
)
def test_output_is_typed_and_tidy(command: str) -> None:
    """mypy in its strict mode and ruff, with this project's settings, find nothing to say, nor
    does mypy about code that uses the client as it is meant to be used."""
    folders = [str(GOLDEN / "expected"), str(GOLDEN / "use.py")]
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_misuse_is_a_type_error(tmp_path: Path) -> None:
    """What the contract does not take is found before it is sent: a member that an enum does not
    list, a property of another type, an argument that is not there, a secured operation without
    credentials."""
    text = (GOLDEN / "use.py").read_text("utf-8")
    wrong = [
        ('state=["waiting"]', 'state=["lost"]'),
        ("grams=3", 'grams="3"'),
        ("since=when", "till=when"),
        ("AuthenticatedClient(BASE", "Client(BASE"),
    ]
    names = []
    for index, (right, instead) in enumerate(wrong):
        assert right in text
        path = tmp_path / f"misuse_{index}.py"
        path.write_text(text.replace(right, instead), "utf-8")
        names.append(str(path))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for name in names:
        assert f"{Path(name).name}:" in done.stdout, done.stdout
