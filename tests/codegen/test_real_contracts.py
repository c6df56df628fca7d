"""Contracts that others wrote: generated whole, typed, tidy, and started."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from accord.codegen.single import generate_one
from accord.runtime import Application
from accord.runtime.declare import Operation

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ACCORD_CORPUS", ROOT.parent / "shared" / "corpus"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}; ACCORD_CORPUS says where it is"
    ),
]


def run(*command: str, cwd: Path) -> None:
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all are generated: mypy keeps there what it has learnt of what they stand on."""
    return tmp_path_factory.mktemp("real")


@pytest.mark.parametrize("name", ["petstore", "museum"])
def test_contract_becomes_a_service(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mypy --strict and ruff have nothing to say, and every operation answers 501 as a problem."""
    package = f"real_{name}"
    generate_one(CORPUS / "real" / f"{name}.yaml", folder / package, root=folder)
    run("mypy", "--strict", "--python-version=3.11", "-p", package, cwd=folder)
    for command in ("check", "format --check"):
        settings = [f"--config={ROOT / 'pyproject.toml'}", "--no-cache"]
        run("ruff", *command.split(), *settings, package, cwd=folder)
    monkeypatch.syspath_prepend(str(folder))
    routes = importlib.import_module(f"{package}.routes")
    tags = inspect.signature(routes.api).parameters
    application = Application(
        apis=[routes.api(**dict.fromkeys(tags))], missing="501", unverified="accept"
    )
    application.warm()
    operations: tuple[Operation, ...] = routes.CONTRACT.operations
    declared = json.loads((folder / package / "contract.json").read_text())["paths"]
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    assert len(operations) == sum(len(methods & item.keys()) for item in declared.values())

    async def statuses() -> set[tuple[int, str]]:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answers = [await client.request(one.method, one.path) for one in operations]
        return {(one.status_code, one.headers["content-type"]) for one in answers}

    assert asyncio.run(statuses()) == {(501, "application/problem+json")}
