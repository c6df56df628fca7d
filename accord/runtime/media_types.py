"""Names of media types, as contracts and callers write them."""

from __future__ import annotations

FORM = "application/x-www-form-urlencoded"
EVENTS = "text/event-stream"
_LINES = frozenset(("jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "ndjson", "x-ndjson"))


def essence(media_type: str) -> str:
    """The type without its parameters, in lower case: `text/plain; charset=UTF-8` is
    `text/plain`."""
    return media_type.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON text."""
    return essence(media_type).endswith(("/json", "+json"))


def is_multipart(media_type: str) -> bool:
    """Whether content of this type is made of parts."""
    return essence(media_type).startswith("multipart/")


def is_xml(media_type: str) -> bool:
    """Whether content of this type is XML text."""
    return essence(media_type).endswith(("/xml", "+xml"))


def is_text(media_type: str) -> bool:
    """Whether content of this type is text."""
    return essence(media_type).startswith("text/") or is_xml(media_type)


def is_json_sequence(media_type: str) -> bool:
    """Whether content of this type is JSON texts with record separators (RFC 7464)."""
    return essence(media_type).endswith(("/json-seq", "+json-seq"))


def is_stream(media_type: str) -> bool:
    """Whether content of this type is items one after the other: events, JSON lines, JSON texts."""
    name = essence(media_type)
    return name == EVENTS or is_json_sequence(name) or name.rpartition("/")[2] in _LINES


def is_wildcard(media_type: str) -> bool:
    """Whether this is a range of types: `image/*`, `*/*`."""
    return essence(media_type).endswith("/*")


def parameters(media_type: str) -> frozenset[str]:
    """The parameters that tell types of one name apart (`version=2`), in lower case: not the
    charset of text, nor how much a type is wanted."""
    parts = (part.strip().lower().replace('"', "") for part in media_type.split(";")[1:])
    return frozenset(part for part in parts if part and not part.startswith(("charset=", "q=")))


def covers(ranges: str, media_type: str) -> bool:
    """Whether one of several types with commas between them (`image/*, text/csv`) covers
    `media_type`."""
    name = essence(media_type)
    for one in map(essence, ranges.split(",")):
        if one in (name, "*/*") or (one.endswith("/*") and name.startswith(one[:-1])):
            return True
    return False


def parameter(content_type: bytes, name: str) -> str:
    """A parameter of a Content-Type header, without quotes; empty where there is none."""
    for part in content_type.decode("latin-1").split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""
