"""Sagas carried out for real: DBOS over the test's database, and six services in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item
from impl.domain.orders import Order
from impl.repositories.database import Database
from impl.sagas import steps
from impl.sagas.answers import Answers
from impl.sagas.change_order import ChangeOrder
from impl.sagas.durable import SagaMetrics
from impl.sagas.place_order import PlaceOrder
from impl.sagas.resume_order import ResumeOrder
from impl.settings import Settings
from impl.wiring import open_sagas
from tests.unit.impl.conftest import item_service
from tests.unit.impl.drafts import MUG, order_of
from tests.unit.impl.six_services import SixServices


@dataclass(frozen=True, slots=True)
class Sagas:
    """The use cases, and what their metrics say."""

    place: PlaceOrder
    change: ChangeOrder
    resume: ResumeOrder
    registry: CollectorRegistry
    durable: Any


@pytest.fixture
def six() -> SixServices:
    return SixServices()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts cost tests time."""
    monkeypatch.setattr(steps, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(steps, "_LONGEST_PAUSE", 0.01)


@pytest.fixture
async def sagas(database: Database, six: SixServices) -> AsyncIterator[Sagas]:
    async with running(database, six) as sagas:
        yield sagas


@asynccontextmanager
async def running(database: Database, six: SixServices, **settings: float) -> AsyncIterator[Sagas]:
    """Sagas for as long as the block lasts; one at a time in a process."""
    given = {"placement_timeout": 60.0, "undo_patience": 1.0, "saga_lease": 0.6} | settings
    registry = CollectorRegistry()
    async with open_sagas(
        Settings(development=True, **given),
        database,
        six.gateways(),
        SagaMetrics(registry),
    ) as answers:
        yield _use_cases(database, answers, registry)


def _use_cases(database: Database, answers: Answers, registry: CollectorRegistry) -> Sagas:
    return Sagas(
        PlaceOrder(answers),
        ChangeOrder(database, answers),
        ResumeOrder(database, answers),
        registry,
        answers._starter,
    )


@pytest.fixture
async def mug(database: Database) -> Item:
    return await item_service(database).create(MUG)


async def placed(database: Database, sagas: Sagas, owner: str = "ada") -> Order:
    """A confirmed order for an item of its own."""
    draft = replace(MUG, sku=f"MUG-{uuid4().hex[:8].upper()}")
    item = await item_service(database).create(draft)
    return await sagas.place(
        order_of(item.id), key=IdempotencyKey(owner, "place_order", uuid4().hex)
    )
