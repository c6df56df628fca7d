"""A process is killed in the midst of a saga, and the order ends as it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.crash.boundaries import SHORT, Boundary
from scripts.crash.crashing import crash_at

pytestmark = pytest.mark.slow


def test_a_process_that_is_started_again_carries_on(tmp_path: Path) -> None:
    """On SQLite, at one boundary of each kind: no effect twice, and none left over."""
    crashes = crash_at(SHORT, tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    assert [crash.fault for crash in crashes] == [""] * len(SHORT)


def test_a_process_that_survives_takes_over(tmp_path: Path, postgresql: str) -> None:
    """On PostgreSQL, before the dead one is back."""
    boundaries = (Boundary("undo", "undo payments.authorize", "during"),)
    url = postgresql.replace("postgresql://", "postgresql+asyncpg://")
    crashes = crash_at(boundaries, tmp_path, url)
    assert [crash.fault for crash in crashes] == [""]
