"""Request bodies that are read as they arrive, beside those that are read whole first."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.types import Message, Receive

from accord.runtime.body import BodyReader
from accord.runtime.declare import Body, Media
from accord.runtime.media_types import essence, is_multipart
from accord.runtime.multipart_body import MultipartReader
from accord.runtime.stream_body import StreamReader
from accord.runtime.uploads import UploadLimits


class Reader(Protocol):
    """Reads one media type from the messages of the server."""

    async def read(self, content_type: bytes, receive: Receive) -> Any: ...


def body_reader(body: Body, limits: UploadLimits) -> BodyReader:
    """The reader of a request body."""
    return StreamedBodyReader(body, limits) if arrives_in_parts(body) else BodyReader(body)


def arrives_in_parts(body: Body | None) -> bool:
    """Whether some media type of a body is read as it arrives."""
    return body is not None and any(map(_is_read_as_it_arrives, body.media))


def _is_read_as_it_arrives(media: Media) -> bool:
    return bool(media.each) or is_multipart(media.media_type)


class StreamedBodyReader(BodyReader):
    """Chooses between both ways by Content-Type."""

    waits = False

    def __init__(self, body: Body, limits: UploadLimits) -> None:
        super().__init__(body)
        self._streamed: dict[str, Reader] = {
            essence(media.media_type): _reader(media, limits)
            for media in body.media
            if _is_read_as_it_arrives(media)
        }

    async def read(self, content_type: bytes, receive: Receive) -> Any:
        name = essence(content_type.decode("latin-1"))
        reader = self._streamed.get(name)
        if reader is None and name.startswith("multipart/"):
            reader = self._streamed.get("multipart/*")
        if reader is None:
            return await super().read(content_type, receive)
        first = await receive()
        sent = first.get("body") or first.get("more_body") or first["type"] == "http.disconnect"
        if not self._required and not sent:
            return None
        return await reader.read(content_type, _after(first, receive))


def _after(first: Message, receive: Receive) -> Receive:
    """`receive` with a message that was taken from it put back."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def _reader(media: Media, limits: UploadLimits) -> Reader:
    return StreamReader(media, limits.text) if media.each else MultipartReader(media, limits)
