"""Replies that are streams of items: what a handler's iterator gives, written one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from accord.runtime.answer import Answer
from accord.runtime.declare import Media
from accord.runtime.encode import json_encoder
from accord.runtime.events import Event, event_bytes
from accord.runtime.media_types import EVENTS, essence, is_json_sequence
from accord.runtime.problem import ContractViolation
from accord.runtime.whole import Headers

# Proxies would keep events back, and take a connection that is silent for dead.
_EVENT_HEADERS: Headers = [(b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]
_STILL_ALIVE = b": \n\n"
_SILENCE = 15.0


class StreamContent:
    """One media type of a reply that is a stream."""

    def __init__(self, media: Media) -> None:
        self.media_type = media.media_type
        self._content_type = (b"content-type", media.media_type.encode("latin-1"))
        self._adapter: TypeAdapter[Any] = TypeAdapter(media.type)
        self._is_events = essence(media.media_type) == EVENTS
        self._write = _writer(media)
        self._takes: type = Event if media.each == "data" else object

    def named(self, media_type: str) -> StreamContent:
        """The same: a stream goes by the one name that the contract gives it."""
        return self

    def answer(self, status: int, headers: Headers, value: Any, check: bool) -> Answer | None:
        """The answer with what the iterator `value` will give; None where it is none.

        An item that is not of the contract ends the stream, with a `ContractViolation` for the
        log; with `check` each is validated first.
        """
        if not isinstance(value, AsyncIterable):
            return None
        written = self._written(value, check)
        if self._is_events:
            headers = [self._content_type, *_EVENT_HEADERS, *headers]
            return Answer(status, headers, kept_alive(written))
        return Answer(status, [self._content_type, *headers], written)

    async def _written(self, items: AsyncIterable[Any], check: bool) -> AsyncGenerator[bytes]:
        try:
            async for item in items:
                if not isinstance(item, self._takes):
                    raise ContractViolation(f"A stream gave a {type(item).__name__}, not an Event")
                if check:
                    self._verify(item.data if isinstance(item, Event) else item)
                yield self._write(item)
        finally:
            if isinstance(items, AsyncGenerator):
                await items.aclose()

    def _verify(self, item: Any) -> None:
        try:
            data = self._adapter.dump_json(item, by_alias=True, warnings="error")
            self._adapter.validator.validate_json(data, strict=True, by_alias=True, by_name=False)
        except (ValidationError, ValueError) as error:
            raise ContractViolation(f"A stream gave what its contract refuses: {error}") from None


def _writer(media: Media) -> Callable[[Any], bytes]:
    encode = json_encoder(media.type)
    name = essence(media.media_type)
    if name != EVENTS:
        start = b"\x1e" if is_json_sequence(name) else b""
        return lambda item: start + encode(item) + b"\n"
    if media.each == "item":
        return lambda item: event_bytes(from_json(encode(item)))

    def event(item: Event[Any]) -> bytes:
        data = item.data if type(item.data) is str else encode(item.data).decode()
        return event_bytes({"event": item.event, "id": item.id, "retry": item.retry, "data": data})

    return event


async def kept_alive(
    pieces: AsyncGenerator[bytes], silence: float = _SILENCE
) -> AsyncGenerator[bytes]:
    """`pieces`, with a comment whenever none came for `silence` seconds."""
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(1)

    async def pump() -> None:
        # One task for all of them: what is open in the handler's iterator belongs to a task.
        end: Exception | None = None
        try:
            async for piece in pieces:
                await queue.put(piece)
        except Exception as error:
            end = error
        finally:
            await pieces.aclose()
        await queue.put(end)

    task = asyncio.create_task(pump())
    try:
        while True:
            try:
                piece = await asyncio.wait_for(queue.get(), silence)
            except TimeoutError:
                yield _STILL_ALIVE
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
