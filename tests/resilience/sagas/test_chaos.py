"""A little chaos: nothing is lost, doubled or stuck; and without keys, the audit says so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scripts.chaos.__main__ import Storm, storm
from scripts.chaos.city import city

pytestmark = pytest.mark.slow


async def _storm(folder: Path, *kinds: str, seconds: float, ignore_keys: bool = False) -> Storm:
    async with city(folder, replicas=2, ignore_keys=ignore_keys) as built:
        return await storm(built, seconds=seconds, kinds=kinds, pause=0.5, rate=4, seed=1)


@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_stuck(tmp_path: Path) -> None:
    """A replica is killed, PostgreSQL is started again, and a service loses answers."""
    kinds = ("kill a replica", "restart PostgreSQL", "a service loses answers")
    stormed = asyncio.run(_storm(tmp_path, *kinds, seconds=15))
    assert stormed.verdict.is_clean, stormed.verdict
    assert stormed.verdict.compensated
    assert len(stormed.chaos.struck) >= len(kinds)


@pytest.mark.timeout(300)
def test_without_idempotency_keys_the_audit_fails(tmp_path: Path) -> None:
    """Services that ignore keys do twice what is asked twice, and the audit finds it."""
    stormed = asyncio.run(_storm(tmp_path, "a service loses answers", seconds=12, ignore_keys=True))
    assert stormed.verdict.doubled
