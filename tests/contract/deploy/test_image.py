"""The container image: its recipe, and what it makes, carried out here without an engine."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.contract.deploy.dockerfile import carry_out, inside, read

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "Dockerfile"
# The image's packages are installed anew.
pytestmark = pytest.mark.timeout(400)
KEYS = {f"STORE_{name}_KEY": secrets.token_hex(16) for name in ("CURSOR", "TOKEN", "DOWNSTREAM")}


def test_the_recipe_is_clean() -> None:
    """hadolint finds nothing, not even matters of style."""
    done = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DOCKERFILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_bases_are_pinned_by_digest() -> None:
    """Both base images are build arguments, of one Python, whose defaults end in a digest."""
    arguments, stages = read(DOCKERFILE)
    pinned = r"docker\.io/library/python:3\.\d+(-slim)?-bookworm@sha256:[0-9a-f]{64}"
    for name in ("BUILDER_IMAGE", "RUNTIME_IMAGE"):
        assert re.fullmatch(pinned, arguments[name])
    versions = {value.split(":")[1].split("-")[0] for value in arguments.values()}
    assert len(versions) == 1
    assert stages["builder"].base == "${BUILDER_IMAGE}"
    assert stages["runtime"].base == "${RUNTIME_IMAGE}"
    assert "-slim-" in arguments["RUNTIME_IMAGE"]


def test_what_runs_is_made_of_copies_alone() -> None:
    """No stage after the builder runs a command or copies from the context: what is not in the
    builder's /app cannot be in the image."""
    _, stages = read(DOCKERFILE)
    for name in ("runtime", "store", "fakes"):
        assert not stages[name].of("RUN")
        assert {one.flags.get("from") for one in stages[name].of("COPY")} <= {"builder"}
    assert [one.text for one in stages["runtime"].of("COPY")] == ["/app /app"]


def test_nobody_is_root_and_signals_arrive() -> None:
    """The user is a number other than 0; commands have the exec form, so that no shell swallows
    SIGTERM; the default target is the store."""
    _, stages = read(DOCKERFILE)
    (user,) = stages["runtime"].of("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user.text)
    commands = [*stages["runtime"].of("ENTRYPOINT"), *stages["store"].of("CMD")]
    assert [one.words for one in commands] == [["python", "-m"], ["impl", "serve"]]
    assert all(one.text.startswith("[") for one in commands)
    assert list(stages)[-1] == "store"


def test_the_context_holds_what_is_copied_and_nothing_else() -> None:
    """.dockerignore leaves everything out and lets in what a COPY names: no .git, no secrets."""
    first, *others = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert first == "*"
    let_in = {line[1:] for line in others if line.startswith("!")}
    _, stages = read(DOCKERFILE)
    copied = {name for one in stages["builder"].of("COPY") for name in one.words[:-1]}
    assert let_in == copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that would be the image's root, but for the base image: the builder's steps in a
    new environment, then what the final stage copies."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True, timeout=120)
    _, stages = read(DOCKERFILE)
    root = folder / "root"
    carry_out(stages["builder"], ROOT, root, python=folder / "python" / "bin")
    return root


@pytest.mark.slow
def test_it_holds_what_serves_and_nothing_else(image: Path) -> None:
    """No generator, gates, mock, tests, fakes or development; no tool that installs packages."""
    app = inside(image, "/app")
    packages = next(app.glob(".venv/lib/python3.*/site-packages"))
    held = {path.name for path in app.iterdir()} - {"__pycache__"}
    assert held == {".venv", "accord", "clients", "generated", "health.py", "impl", "openapi"}
    engine = {path.name for path in (app / "accord").iterdir()} - {"__pycache__"}
    serves = {"client", "downstream", "runtime", "service"}
    assert engine == {"__init__.py", "errors.py", "py.typed", *serves}
    for absent in ("impl/fakes", "impl/development.py", "impl/seed.py", "generated/downstream"):
        assert not (app / absent).exists()
    for absent in ("pip", "setuptools", "datamodel_code_generator", "schemathesis", "pytest"):
        assert not list(packages.glob(f"{absent}*")), absent


@pytest.mark.slow
def test_the_same_source_makes_the_same_bytes(image: Path) -> None:
    """Byte code knows its source by hash and not by time, and every file has the one timestamp."""
    compiled = list(inside(image, "/app").rglob("*.pyc"))
    assert len(compiled) > 1000
    for path in compiled:
        assert path.read_bytes()[4:8] == b"\x01\x00\x00\x00", path  # hash-based, unchecked
    assert {path.lstat().st_mtime for path in inside(image, "/app").rglob("*")} == {0}


@pytest.mark.slow
def test_it_serves_and_writes_nothing(image: Path, database: str, tmp_path: Path) -> None:
    """Migrates and serves on PostgreSQL from its own files alone; the health check agrees; on
    SIGTERM it ends with 0; no file of the image was added or changed."""
    before = _files(image)
    app = inside(image, "/app")
    port = _free_port()
    environment = KEYS | {
        "STORE_DATABASE_URL": database,
        "STORE_PORT": str(port),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
    }

    def run(*command: str) -> int:
        return subprocess.call([python, *command], cwd=app, env=environment, timeout=60)

    python = str(app / ".venv/bin/python")
    health = ("-I", "-S", str(app / "health.py"))
    assert run("-m", "impl", "serve") == 2, "the schema is not at head"
    assert run("-m", "impl", "migrate") == 0
    assert run(*health) == 1, "nothing listens yet"
    process = subprocess.Popen(
        [python, "-m", "impl", "serve"], cwd=app, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port, process)
        assert run(*health) == 0
        answer = httpx.get(f"http://127.0.0.1:{port}/v2/items")
        assert answer.json()["code"] == "unauthorized"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert _files(image) == before


@pytest.fixture
def database(postgresql: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"image_{secrets.token_hex(8)}"
    asyncio.run(_statement(postgresql, f"CREATE DATABASE {name}"))
    address = postgresql.removeprefix("postgresql://").rpartition("/")[0]
    yield f"postgresql+asyncpg://{address}/{name}"
    asyncio.run(_statement(postgresql, f"DROP DATABASE {name} WITH (FORCE)"))


async def _statement(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the store ended before it was ready"
        assert time.monotonic() < until, "the store was not ready in 60 s"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)


def _files(root: Path) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
