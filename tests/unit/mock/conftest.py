"""A contract that has everything, mocked."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from accord.codegen.single import generate_one
from accord.mock import Mock
from accord.runtime import Application

Mocked = Callable[..., httpx.AsyncClient]


@pytest.fixture(scope="session")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated routes of `contract.yaml`."""
    folder = tmp_path_factory.mktemp("mock")
    contract = Path(__file__).with_name("contract.yaml")
    generate_one(contract, folder / "mocked_pets", root=folder)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("mocked_pets.routes")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith("mocked_pets")]:
        del sys.modules[name]


@pytest.fixture
async def mocked(pets: Any) -> AsyncIterator[Mocked]:
    """`mocked(**options)` is a caller of the contract's mock; handlers by tag go into `handlers`,
    the other options are those of `Mock`."""
    async with AsyncExitStack() as stack:

        def make(handlers: dict[str, object] | None = None, **options: Any) -> httpx.AsyncClient:
            none = dict.fromkeys(inspect.signature(pets.api).parameters)
            api = pets.api(**{**none, **(handlers or {})})
            app = Application(apis=[api], missing=Mock(**options), unverified="accept")
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://mock")
            stack.push_async_callback(client.aclose)
            return client

        yield make
