"""`accord new`: a project of one's own, mocked from the first minute, filled one by one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from accord.cli import main
from accord.gates.application import running
from accord.gates.project import commands

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
CONTRACT = """\
openapi: 3.1.0
info: {title: 'Zoo "of" \\\\ animals', version: 0.1.0}
tags: [{name: animals}, {name: keepers}]
paths:
  /animals/{animal_id}:
    get:
      operationId: getAnimal
      tags: [animals]
      security: [{key: []}]
      parameters: [{name: animal_id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: One.
          content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}
  /animals:
    get:
      operationId: listAnimals
      tags: [animals]
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Animal'}}
              example: [{id: 7, name: Mona}]
  /keepers:
    get:
      operationId: listKeepers
      tags: [keepers]
      responses: {'204': {description: Nobody.}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Animal:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}}
"""
FILLED = """\
    async def get_animal(self, *, animal_id: int, principal: Principal) -> models.Animal:
        return models.Animal(id=animal_id, name="by hand")
"""


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, its packages not yet installed."""
    folder = tmp_path_factory.mktemp("new")
    (folder / "contract.yaml").write_text(CONTRACT)
    assert main(["new", str(folder / "zoo"), "--contract", str(folder / "contract.yaml")]) == 0
    return folder / "zoo"


def run(zoo: Path, *command: str) -> str:
    """What the command prints, which must succeed."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    done = subprocess.run(
        command, cwd=zoo, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def client(zoo: Path) -> Iterator[httpx.Client]:
    with running(zoo, commands(zoo)) as served, httpx.Client(base_url=served.url) as http:
        yield http


def test_its_own_tests_and_checks_pass(zoo: Path) -> None:
    """As its user runs them: packages from its locks, accord from the wheel that it carries."""
    assert "6 passed" in run(zoo, "make", "test")
    run(zoo, "make", "check")
    installed = run(
        zoo, ".venv/bin/python", "-c", "import accord, sys; sys.stdout.write(accord.__file__)"
    )
    assert installed.startswith(str(zoo / ".venv"))


def test_it_says_what_to_ask_first(zoo: Path) -> None:
    """`make run` prints a request to try, and that request is answered."""
    service = subprocess.Popen(
        ["make", "run", "ZOO_PORT=0"], cwd=zoo, stdout=subprocess.PIPE, text=True
    )
    try:
        assert service.stdout is not None
        command = next(line for line in service.stdout if line.strip().startswith("curl "))
        answer = subprocess.run(
            command, shell=True, capture_output=True, text=True, check=True
        ).stdout
        assert "200 OK" in answer
        assert "Mona" in answer
    finally:
        service.terminate()
        service.wait()


def test_handlers_are_filled_one_by_one(zoo: Path) -> None:
    """One operation is answered by hand, the others still by the mock, of the same tag too; types
    hold."""
    run(zoo, sys.executable, "-m", "accord", "scaffold", "animals", "--operation", "getAnimal")
    handlers = zoo / "impl/handlers/v1/animals.py"
    text = handlers.read_text()
    written = text.index("    async def get_animal")
    handlers.write_text(text[:written].replace(", Problem", "") + FILLED)
    app = zoo / "impl/app.py"
    app.write_text(
        app.read_text()
        .replace("animals=None", "animals=unfinished(Animals)")
        .replace("import Application", "import Application, unfinished")
        .replace(
            "from impl.settings", "from impl.handlers.v1.animals import Animals\nfrom impl.settings"
        )
    )
    run(zoo, sys.executable, "-m", "mypy")
    run(zoo, sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    with client(zoo) as http:
        one = http.get("/animals/3", headers={"x-key": "any"})
        assert one.json() == {"id": 3, "name": "by hand"}
        assert http.get("/animals").json() == [{"id": 7, "name": "Mona"}]
        assert http.get("/keepers").status_code == 204


def test_production_wants_every_handler(zoo: Path) -> None:
    """`serve` mocks nothing and believes nobody: it names what is not there."""
    done = subprocess.run(
        [sys.executable, "-m", "impl", "serve"],
        cwd=zoo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "key: getAnimal" in done.stderr


def test_a_folder_that_is_taken_stays_as_it_is(
    zoo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written over, and nothing is left beside it."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("keep")
    contract = str(zoo / "openapi/zoo/v1.yaml")
    assert main(["new", str(tmp_path / "mine"), "--contract", contract]) == 2
    assert "is taken" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "notes"]


@pytest.mark.parametrize("name", ["accord", "2nd", "class", "---"])
def test_names_that_cannot_be_a_package_are_refused(
    zoo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """With what to do."""
    contract = str(zoo / "openapi/zoo/v1.yaml")
    assert main(["new", str(tmp_path / "x"), "--contract", contract, f"--name={name}"]) == 2
    assert "mend: --name NAME" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_faulty_contract_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its faults are shown with their places."""
    (tmp_path / "bad.yaml").write_text("openapi: 3.1.0\npaths: []\n")
    bad = str(tmp_path / "bad.yaml")
    assert main(["new", str(tmp_path / "x"), "--contract", bad]) == 2
    assert "bad.yaml:2" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]
