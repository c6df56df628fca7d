"""Contents of replies: how each media type is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .streams import EventItems, Items, JsonItems

Read = Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Content:
    """A reply of a media type that is kept as bytes."""

    media_type: str
    read: Read = _as_it_is

    def parse(self, data: bytes, content_type: str) -> Any:
        """The whole reply as its type."""
        return data

    def items(self) -> Items | None:
        """What takes the reply item by item, if that is how it comes."""
        return None


class JsonContent(Content):
    """JSON; `read` makes the contract's type of it."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return self.read(json.loads(data)) if data else None


class TextContent(Content):
    """Text, XML among it; `read` makes numbers and the like of it."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return self.read(data.decode(_charset(content_type), "replace"))


class LinesContent(Content):
    """JSON lines or a JSON text sequence: a list of what `read` makes of each."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return list(self.items().feed(data, last=True))

    def items(self) -> Items:
        return JsonItems(self.read)


@dataclass(frozen=True, slots=True)
class EventsContent(Content):
    """Server-sent events. `read` makes their data of its text; or, with `fields`, the whole event
    of all that was sent, those fields parsed as JSON where they are."""

    fields: tuple[str, ...] | None = None

    def parse(self, data: bytes, content_type: str) -> Any:
        return list(self.items().feed(data, last=True))

    def items(self) -> Items:
        return EventItems(self.read, self.fields)


def json_text(read: Read = _as_it_is) -> Read:
    """The reader of JSON that comes as text."""
    return lambda text: read(json.loads(text))


def quoted_text(read: Read = _as_it_is) -> Read:
    """The reader of a text that may come as JSON, between quotes."""
    return lambda text: read(json.loads(text) if text[:1] == '"' else text)


def essence(content_type: str) -> str:
    """The media type without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def choose(contents: Sequence[Content], content_type: str) -> Content | None:
    """What reads a reply of this Content-Type: the exact type, else the range that it is in,
    else, for JSON under another name, what reads JSON."""
    name = essence(content_type)
    if not name:
        return contents[0] if len(contents) == 1 else None
    for content in contents:
        if content.media_type == name:
            return content
    for content in contents:
        if content.media_type.endswith("/*") and name.startswith(content.media_type[:-1]):
            return content
    for content in contents:
        if content.media_type == "*/*":
            return content
    if name.endswith(("/json", "+json")):
        return next((each for each in contents if isinstance(each, JsonContent)), None)
    return None


def _charset(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            return charset if charset in _CHARSETS else "utf-8"
    return "utf-8"


# Of Python's many codecs, those that text is sent in.
_CHARSETS = frozenset(
    ("ascii", "us-ascii", "iso-8859-1", "latin-1", "utf-8", "utf-16", "windows-1252", "cp1252")
)
