"""The loop: an operation is added to a contract, and arrives everywhere it must."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from accord.gates.application import running
from accord.gates.project import commands

ROOT = Path(__file__).parents[2]
OPERATION = """\
  /v2/items/latest:
    get:
      operationId: getLatestItem
      tags: [items]
      summary: Read the item that was created last
      security:
        - bearerAuth: ['items:read']
      responses:
        '200':
          description: The newest item.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Item' }
        '404': { $ref: '#/components/responses/NotFound' }
"""
METHOD = """\
    async def get_latest_item(self, *, principal: Principal) -> models.Item:
        newest = await self._items.page(ItemQuery(sort=ItemSort.CREATED_AT_DESC, size=1))
        return item_model(newest.entries[0])

"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project whose contract has one operation more, generated anew."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("accord", "clients", "generated", "impl", "openapi"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    contract = folder / "openapi/store/v2.yaml"
    text = contract.read_text()
    assert text.count("\npaths:\n") == 1
    contract.write_text(text.replace("\npaths:\n", f"\npaths:\n{OPERATION}"))
    accord(folder, "generate")
    return folder


def accord(folder: Path, *arguments: str) -> None:
    """The command, run in `folder` on its own copy of the engine."""
    subprocess.run(
        [sys.executable, "-m", "accord", *arguments],
        cwd=folder,
        env=environment(folder),
        check=True,
        timeout=120,
    )


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder), "MYPYPATH": str(folder)}


def test_the_type_checker_names_the_missing_method_where_handlers_are_handed_over(
    project: Path,
) -> None:
    """mypy reports one error: at the line in app.py, with the method's name."""
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "impl/app.py"],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    lines = (project / "impl/app.py").read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "items=provide(Items)," in text)
    assert f"impl/app.py:{line}: error:" in checked.stdout, checked.stdout + checked.stderr
    assert "get_latest_item" in checked.stdout
    assert "Found 1 error in 1 file" in checked.stdout


def test_the_application_refuses_to_start_and_names_the_operation(project: Path) -> None:
    """Without the method there is no half-working service, but a sentence that says why."""
    started = subprocess.run(
        [
            sys.executable,
            "-c",
            "from impl import app, settings; app.create_app(settings.Settings.load())",
        ],
        cwd=project,
        env={**environment(project), "STORE_DEVELOPMENT": "true"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert started.returncode != 0
    assert (
        "getLatestItem (GET /v2/items/latest): Items has no method get_latest_item"
        in started.stderr
    )


def test_with_the_method_it_serves(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One method, and the operation answers beside its sibling `/v2/items/{item_id}`."""
    handler = project / "impl/handlers/v2/items.py"
    text = handler.read_text()
    marker = "    async def get_item_statistics("
    assert text.count(marker) == 1
    handler.write_text(text.replace(marker, METHOD + marker))
    for name, value in environment(project).items():
        monkeypatch.setenv(name, value)

    with running(project, commands(project)) as store:
        answer = httpx.get(
            f"{store.url}/v2/items/latest", headers={"Authorization": f"Bearer {store.token}"}
        )

    assert answer.status_code == 200, answer.text
    assert answer.json()["sku"]
