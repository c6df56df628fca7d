"""The application that serves a contract, replaced whenever the contract changes.

What is wrong with the contract as it is now is told, and the last sound one is served on.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accord.errors import AccordError
from accord.mock.builder import Builder
from accord.mock.cache import Cache, Entry
from accord.mock.handlers import Mock
from accord.mock.watch import changed, signatures
from accord.runtime import Application, declare
from accord.spec.overlay import overlay_places


@dataclass(frozen=True, slots=True)
class Served:
    """A contract that is served; `digest` tells it from what it was before and will be."""

    app: Application
    contract: declare.Contract
    digest: str
    warnings: Sequence[str]


@dataclass(slots=True)
class State:
    """What is served, and what is wrong with the contract since: empty where nothing is."""

    served: Served
    faults: str = ""
    since: float = field(default_factory=time.time)


class Reloading:
    """Keeps `state` up to date with the files of a contract."""

    def __init__(
        self, contract: Path, cache: Cache, builder: Builder, mock: Callable[[Entry], Mock]
    ) -> None:
        self.contract = contract
        self._cache = cache
        self._builder = builder
        self._mock = mock
        self._watched: list[Path] = [contract.absolute()]
        self._loaded: list[str] = []

    async def first(self) -> State:
        """The contract as it is now. Raises `AccordError` where it cannot be served."""
        entry = self._cache.find(self.contract)
        if entry is None:
            self._watched, faults = await self._builder.build()
            entry = self._cache.find(self.contract)
            if faults or entry is None:
                raise AccordError(faults or f"{self.contract} changes all the time")
        else:
            self._watched = _absolute(self.contract, entry.files)
        return State(self._load(entry))

    async def follow(self, state: State, tell: Callable[[State], None]) -> None:
        """Brings `state` up to date with every change, and calls `tell` with it; never returns."""
        self._builder.start(warm=True)
        known = await asyncio.to_thread(signatures, self._looked_at())
        if self._cache.find(self.contract) is None:
            await self._renew(state, tell)
        while True:
            await changed(known)
            known = await asyncio.to_thread(signatures, self._looked_at())
            await self._renew(state, tell)
            for path, signature in signatures(self._looked_at()).items():
                known.setdefault(path, signature)
            known = {path: known[path] for path in self._looked_at()}

    def _looked_at(self) -> list[Path]:
        """The files that decide, and where an overlay may come to be."""
        return [*dict.fromkeys([*self._watched, *overlay_places(self.contract.absolute())])]

    async def _renew(self, state: State, tell: Callable[[State], None]) -> None:
        entry = await asyncio.to_thread(self._cache.find, self.contract)
        faults = ""
        if entry is None:
            files, faults = await self._builder.build()
            # Those of before too: one of them may be what is missing now.
            self._watched = [*dict.fromkeys([*files, *self._watched])] if faults else files
            entry = None if faults else await asyncio.to_thread(self._cache.find, self.contract)
        else:
            self._watched = _absolute(self.contract, entry.files)
        if entry is not None and entry.digest != state.served.digest:
            try:
                state.served = await asyncio.to_thread(self._load, entry)
            except Exception as error:
                faults = f"{self.contract}: what was generated does not start: {error!r}"
        state.faults, state.since = faults, time.time()
        tell(state)

    def _load(self, entry: Entry) -> Served:
        """The application of an entry. What was loaded before the last one is forgotten; the
        last one may still be answering."""
        name = f"accord_mock_{entry.digest}"
        while len(self._loaded) > 1:
            _forget(self._loaded.pop(0))
        if name not in self._loaded:
            self._loaded.append(name)
            _import_package(name, entry.package)
        routes: Any = importlib.import_module(f"{name}.routes")
        handlers = dict.fromkeys(inspect.signature(routes.api).parameters)
        app = Application(
            apis=[routes.api(**handlers)], missing=self._mock(entry), unverified="accept"
        )
        return Served(app, routes.CONTRACT, entry.digest, entry.warnings)


def _import_package(name: str, folder: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]


def _absolute(contract: Path, files: Iterable[str]) -> list[Path]:
    return [contract.absolute().parent / path for path in files]
