"""A store in this process, with nothing behind it but its database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from accord.runtime import Application
from impl import dependencies
from impl.app import create_app
from impl.auth import tokens_of
from impl.migrations import migrate
from impl.settings import Settings
from impl.wiring import open_database
from tests.serving import serving

HOUR = timedelta(hours=1)
SCOPES = [f"{what}:{how}" for what in ("items", "orders") for how in ("read", "write", "operate")]


@dataclass
class Local:
    """Where it answers, and a token that may do everything."""

    app: Application
    url: str
    token: str

    def failing(self, error: Exception) -> None:
        """Have all services raise `error`."""
        self.replacing(dependencies.services, _Failing(error))

    def replacing(self, dependency: Callable[..., Any], by: Any) -> None:
        """Have handlers get `by` for a dependency, and everything else as it is."""
        overrides = self.app.dependency_overrides
        overrides.clear()
        overrides[dependency] = lambda: by


@contextmanager
def running_here(folder: Path, **settings: Any) -> Iterator[Local]:
    """A store whose database is in `folder`, with some of its settings chosen."""
    url = f"sqlite+aiosqlite:///{folder / 'store.db'}"
    chosen = Settings.load(development=True, database_url=url, check_replies=1.0, **settings)
    asyncio.run(_migrated(chosen))
    app = create_app(chosen, write_log=lambda _: None)
    with serving(app) as address:
        yield Local(app, address, tokens_of(chosen).issue("ada", SCOPES, lifetime=HOUR))


class _Failing:
    """A service, and all its methods: whatever is asked of it fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> _Failing:
        return _Failing(self._error)

    async def __call__(self, *_: Any, **__: Any) -> Any:
        raise self._error


async def _migrated(settings: Settings) -> None:
    async with open_database(settings) as database:
        await migrate(database.writes)
