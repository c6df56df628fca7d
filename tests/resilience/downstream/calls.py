"""Calls that the tests make, and faults that they ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from accord.downstream import DownstreamClient
from accord.runtime import context
from impl.fakes import Fakes, Plan

CUSTOMER = "/customers/cus_8f3k2m9q1z"
GRACE = 0.5
"""Seconds that a busy machine may take on top."""


def tell(fakes: Fakes, *faults: dict[str, Any], seed: int = 0) -> None:
    """These faults and no others."""
    fakes.faults.replace(Plan.model_validate({"seed": seed, "faults": faults}))


def came(fakes: Fakes, service: str) -> int:
    """How many requests reached a service."""
    return fakes.faults.requests[service].total()


async def read(client: DownstreamClient) -> httpx.Response:
    return await client.request("get", CUSTOMER)


async def create(client: DownstreamClient, *, key: str | None = None) -> httpx.Response:
    body = {"first_name": "Grace", "last_name": "Hopper", "email": f"{key}@example.com"}
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.request("post", "/customers", json=body, headers=headers)


@contextmanager
def due_in(seconds: float) -> Iterator[None]:
    """The caller waits no longer than so."""
    token = context.deadline.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        context.deadline.reset(token)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What is done within takes no longer than so, and the grace."""
    now = asyncio.get_running_loop().time
    start = now()
    yield
    assert now() - start < seconds + GRACE
