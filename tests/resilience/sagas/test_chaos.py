"""A little chaos: nothing is lost, doubled or stuck; and without keys, the audit says so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scripts.chaos.__main__ import Storm, storm
from scripts.chaos.city import City, city
from scripts.chaos.trials import rolling_restart

pytestmark = pytest.mark.slow


async def _storm(built: City, *kinds: str, seconds: float) -> Storm:
    return await storm(built, seconds=seconds, kinds=kinds, pause=0.5, rate=4, seed=1)


@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_stuck(tmp_path: Path) -> None:
    """A rolling restart costs no request. Then a replica is killed, PostgreSQL is started again,
    and a service loses answers."""
    kinds = ("kill a replica", "restart PostgreSQL", "a service loses answers")
    async with city(tmp_path, replicas=2) as built:
        rolled = await rolling_restart(built, rate=4, chance=random.Random(1))
        assert rolled.failed == []
        stormed = await _storm(built, *kinds, seconds=15)
    assert stormed.verdict.is_clean, stormed.verdict
    assert stormed.verdict.compensated
    assert len(stormed.chaos.struck) >= len(kinds)


@pytest.mark.timeout(300)
async def test_without_idempotency_keys_the_audit_fails(tmp_path: Path) -> None:
    """Services that ignore keys do twice what is asked twice, and the audit finds it."""
    async with city(tmp_path, replicas=2, ignore_keys=True) as built:
        stormed = await _storm(built, "a service loses answers", seconds=12)
    assert stormed.verdict.doubled
