"""What guides get wrong about starting, stopping and undoing, and the store must not."""

from __future__ import annotations

import ast
from pathlib import Path

import aiohttp
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from impl.app import create_app
from impl.migrations import migrate
from impl.settings import Settings
from impl.wiring import open_database
from tests.conftest import ROOT


def test_nothing_is_done_at_start_up_but_in_the_lifespan() -> None:
    """`on_event`, `on_startup` and `on_shutdown` run in an order that nobody sees."""
    old = {"on_event", "on_startup", "on_shutdown", "add_event_handler"}
    for folder in ("accord", "impl"):
        for file in (ROOT / folder).rglob("*.py"):
            names = {
                getattr(node, "attr", getattr(node, "arg", ""))
                for node in ast.walk(ast.parse(file.read_text()))
            }
            assert not names & old, file


def test_serving_does_not_migrate() -> None:
    """Only the command does, and development."""
    for file in (ROOT / "impl").rglob("*.py"):
        if file.name not in ("__main__.py", "development.py"):
            assert "migrations.migrate(" not in file.read_text(), file


async def test_pools_are_closed_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients of services first, then what sagas and requests are written down in."""
    closed: list[str] = []
    close, dispose = aiohttp.ClientSession.close, AsyncEngine.dispose

    async def closing(self: aiohttp.ClientSession) -> None:
        closed.append("client")
        await close(self)

    async def disposing(self: AsyncEngine, close: bool = True) -> None:
        closed.append("pool")
        await dispose(self, close)

    settings = Settings(
        development=True, database_url=f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    )
    async with open_database(settings) as database:
        await migrate(database.writes)
    app = create_app(settings)
    monkeypatch.setattr(aiohttp.ClientSession, "close", closing)
    monkeypatch.setattr(AsyncEngine, "dispose", disposing)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://store") as http:
            assert (await http.get("/health/ready")).status_code == 200
        assert closed == []
    assert closed == sorted(closed)
    assert set(closed) == {"client", "pool"}
