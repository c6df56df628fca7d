"""What the classes of a package for consumers stand on: one service, its connection, its calls."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from .connection import AuthenticatedClient
from .errors import UnexpectedStatus
from .failures import ServiceError, TimedOut, Unreachable, error_of
from .response import Response
from .retries import AsyncRetryingClient, Retries, RetryingClient

T = TypeVar("T")


class Service:
    """A service that is called, with the connections to it: close it, or use it in `with`.

    Requests go through `http_client` where one is given, and are then not tried again.
    """

    def __init__(
        self, client: AuthenticatedClient, retries: Retries, http_client: httpx.Client | None
    ) -> None:
        if http_client is None:
            http_client = RetryingClient(retries, **client._settings())
        client.set_httpx_client(http_client)
        self._http_client = http_client

    def close(self) -> None:
        """Closes the connections."""
        self._http_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.close()


class AsyncService:
    """The same for asyncio: close it, or use it in `async with`."""

    def __init__(
        self, client: AuthenticatedClient, retries: Retries, http_client: httpx.AsyncClient | None
    ) -> None:
        if http_client is None:
            http_client = AsyncRetryingClient(retries, **client._settings())
        client.set_async_httpx_client(http_client)
        self._http_client = http_client

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()


def answered(call: Callable[[], Response[Any]]) -> Response[Any]:
    """The answer of a call. Raises `ApiError` for an error, `Unreachable` where none came."""
    with _translated():
        return _success(call())


async def answered_async(call: Awaitable[Response[Any]]) -> Response[Any]:
    """The same for asyncio."""
    with _translated():
        return _success(await call)


def streamed(items: Iterator[T]) -> Iterator[T]:
    """The items of an answer as they come, with the same errors."""
    with _translated():
        yield from items


async def streamed_async(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same for asyncio."""
    with _translated():
        async for item in items:
            yield item


def new_key() -> str:
    """An Idempotency-Key for one call and all attempts at it."""
    return str(uuid.uuid4())


def _success(response: Response[Any]) -> Response[Any]:
    if response.status_code >= 400:
        raise error_of(response)
    return response


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ServiceError:
        raise
    except httpx.TimeoutException as error:
        raise TimedOut(str(error) or "no answer came in time") from error
    except httpx.TransportError as error:
        raise Unreachable(str(error) or repr(error)) from error
    except UnexpectedStatus as error:
        headers: dict[str, str] = {}
        raise error_of(Response(error.status_code, error.content, headers, error.parsed)) from error
