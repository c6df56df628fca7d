"""A FastAPI application of the store's size.

The same models and operations, declared as routes with their parameters, bodies and response
models; the same libraries for settings, tokens, logs, metrics, database, workflows and outgoing
calls, opened in its lifespan. What its handlers would do is left out: it is started, not used.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any

import dbos  # noqa: F401
import httpx
import jwt  # noqa: F401
import prometheus_client  # noqa: F401
import structlog
from fastapi import Body, Depends, FastAPI, Header, Path, Query
from pydantic_settings import BaseSettings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from accord.runtime import declare
from generated.store.v1 import routes as v1
from generated.store.v2 import routes as v2
from impl.repositories import tables


class Settings(BaseSettings):
    bench_database: str
    token_key: str = "a key of the development environment"


class Base(DeclarativeBase):
    metadata = tables.metadata


class ItemRow(Base):
    __table__ = tables.items


class OrderRow(Base):
    __table__ = tables.orders


settings = Settings()
engine = create_async_engine(settings.bench_database)
sessions = async_sessionmaker(engine)
log = structlog.get_logger()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for port in range(6):
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{9101 + port}")
            await stack.enter_async_context(client)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))
        yield
        await engine.dispose()


app = FastAPI(title="Store", lifespan=lifespan)
_PLACES: dict[str, Callable[..., Any]] = {"path": Path, "query": Query, "header": Header}


def _endpoint(operation: declare.Operation) -> Callable[..., Any]:
    """A function with the signature that one would write for the operation."""
    taken = {"session": Annotated[AsyncSession, Depends(get_session)]}
    for each in operation.parameters:
        alias = (
            {} if each.location == "path" and each.keyword == each.name else {"alias": each.name}
        )
        taken[each.keyword] = Annotated[each.type, _PLACES[each.location](**alias)]
    if operation.body:
        taken["body"] = Annotated[operation.body.media[0].type, Body()]
    defaults = {each.keyword: each.default for each in operation.parameters if not each.required}

    async def endpoint(**given: Any) -> Any:
        log.info("asked", operation=operation.id)

    endpoint.__name__ = operation.handler
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=defaults.get(name, inspect.Parameter.empty),
                annotation=annotation,
            )
            for name, annotation in taken.items()
        ]
    )
    return endpoint


for operation in (*v1.CONTRACT.operations, *v2.CONTRACT.operations):
    success = operation.replies[0]
    app.add_api_route(
        operation.path,
        _endpoint(operation),
        methods=[operation.method],
        response_model=success.media[0].type if success.media else None,
    )


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    return {"status": "ready"}
