"""Leases, and taking over: what belongs to nobody alive goes to exactly one, by version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from impl.repositories.database import Database
from impl.sagas.durable.executors import Executor, Executors
from impl.sagas.durable.store import SagaStore, executors, workflows

LONG, OVER = 60.0, -1.0


@pytest.fixture
def store(database: Database) -> Iterator[SagaStore]:
    store = SagaStore(database.writes.url)
    yield store
    store.close()


def executor(store: SagaStore, id: str, *, version: int = 1, lease: float = LONG) -> Executors:
    """One that has a lease."""
    made = Executors(store, Executor(id, version), lease=lease)
    made.renew()
    return made


def saga(
    store: SagaStore, id: str, owner: str, *, version: int = 1, status: str = "PENDING"
) -> None:
    """A saga as DBOS has it."""
    row = {
        "workflow_uuid": id,
        "status": status,
        "executor_id": owner,
        "application_version": str(version),
        "owner_xid": "token",
    }
    with store.begin() as connection:
        # What the database wants besides, it has defaults for.
        connection.execute(workflows.insert().values(row))


def rows(store: SagaStore) -> dict[str, tuple[str, str, str | None]]:
    """Status, version and token of each saga."""
    with store.begin() as connection:
        found = connection.execute(sa.select(workflows)).all()
    return {
        row.workflow_uuid: (row.status, row.application_version, row.owner_xid) for row in found
    }


def test_a_lease_is_renewed_by_who_has_it(store: SagaStore) -> None:
    """The first time it is begun; who was taken for dead learns that it was gone."""
    alive = Executors(store, Executor("alive", 1), lease=LONG)
    assert [alive.renew(), alive.renew()] == [False, True]
    late = executor(store, "late", lease=OVER)
    alive.take_over()
    assert late.renew() is False


def test_what_the_dead_left_is_queued(store: SagaStore) -> None:
    """Without the token by which its steps are written down, and once."""
    saga(store, "left", "dead")
    saga(store, "kept", "alive")
    alive = executor(store, "alive")
    executor(store, "dead", lease=OVER)
    assert alive.take_over() == ("left",)
    assert rows(store) == {"left": ("ENQUEUED", "1", None), "kept": ("PENDING", "1", "token")}
    assert executor(store, "another").take_over() == ()


def test_who_never_had_a_lease_is_dead_too(store: SagaStore) -> None:
    """A saga is never without somebody who looks after it."""
    saga(store, "left", "unheard of")
    assert executor(store, "alive").take_over() == ("left",)


def test_one_takes_over_at_a_time(store: SagaStore) -> None:
    """Of two at once, each saga is taken by one."""
    for number in range(20):
        saga(store, f"left-{number}", "dead")
    both = [executor(store, name) for name in ("one", "two")]

    async def at_once() -> list[tuple[str, ...]]:
        return await asyncio.gather(*(asyncio.to_thread(each.take_over) for each in both))

    taken = [each for taken in asyncio.run(at_once()) for each in taken]
    # On PostgreSQL the second one may have found the lock taken, but never a saga twice.
    assert len(taken) == len(set(taken)) == 20


def test_a_newer_version_takes_over_from_an_older_one(store: SagaStore) -> None:
    """And not the other way round: what is newer is left to newer ones."""
    saga(store, "old", "dead", version=1)
    saga(store, "new", "dead", version=3)
    assert executor(store, "second", version=2).take_over() == ("old",)
    assert rows(store) == {"old": ("ENQUEUED", "2", None), "new": ("PENDING", "3", "token")}


def test_what_waits_for_a_version_that_is_gone_is_taken(store: SagaStore) -> None:
    """But not while somebody of that version is alive."""
    saga(store, "queued", "dead", version=1, status="ENQUEUED")
    first = executor(store, "first", version=1)
    second = executor(store, "second", version=2)
    second.take_over()
    assert rows(store)["queued"][1] == "1"
    first.leave()
    second.take_over()
    assert rows(store)["queued"][1] == "2"


def test_who_leaves_hands_over_at_once(store: SagaStore) -> None:
    """Nobody has to wait for the lease to run out."""
    leaving = executor(store, "leaving")
    saga(store, "mine", "leaving")
    saga(store, "other", "alive")
    assert leaving.leave() == ("mine",)
    assert rows(store)["mine"] == ("ENQUEUED", "1", None)
    with store.begin() as connection:
        assert connection.execute(sa.select(executors.c.id)).scalars().all() == []


def test_what_is_long_over_is_found(store: SagaStore) -> None:
    """And nothing that is under way."""
    saga(store, "over", "alive", status="SUCCESS")
    saga(store, "running", "alive")
    with store.begin() as connection:
        connection.execute(sa.update(workflows).values(completed_at=1_000_000))
    alive = executor(store, "alive")
    assert alive.ended(datetime.now(UTC), at_most=10) == ["over"]
    assert alive.ended(datetime.now(UTC) - timedelta(days=36500), at_most=10) == []
