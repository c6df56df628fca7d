"""What every test may ask for: an application on a real socket, and the real store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.servers import running_postgresql, running_redis
from tests.serving import serving

# A verdict on a change must not hang on a throw of dice: the same examples every time. Other ones:
# pytest --hypothesis-profile=default
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
Serve = Callable[[Any], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(app)` runs an ASGI application, as `serving` does, until the test ends."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An empty folder for what a service keeps on disk."""
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def store() -> Iterator[Any]:
    """The store with its six fakes in a process of its own, started once for all tests: `.url`,
    and `.token`, which may do everything. Tests share its data: make what you look for."""
    from accord.gates.application import running
    from accord.gates.project import commands

    with running(ROOT, commands(ROOT)) as started:
        yield started


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that consumers install, as `make sdk` builds them."""
    folder = tmp_path_factory.mktemp("sdk") / "wheels"
    done = subprocess.run(
        [ROOT / "scripts" / "build-sdk", folder], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def installed(wheels: Path) -> Iterator[None]:
    """`store_v1_client` and `store_v2_client` can be imported, from their installed wheels."""
    place = wheels.parent / "installed"
    command = [UV, "pip", "install", "--quiet", "--no-deps", "--offline", "--target", place]
    subprocess.run([*command, *wheels.glob("*.whl")], check=True, timeout=120)
    sys.path.insert(0, str(place))
    yield
    sys.path.remove(str(place))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of the tests' own, started once."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis server of the tests' own, started once. Tests share it: use keys of your
    own."""
    with running_redis() as url:
        yield url
