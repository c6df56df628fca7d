"""Names of media types, as contracts and callers write them."""

from __future__ import annotations


def essence(media_type: str) -> str:
    """The type without its parameters, in lower case: `text/plain; charset=UTF-8` is
    `text/plain`."""
    return media_type.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON text."""
    return essence(media_type).endswith(("/json", "+json"))


def parameter(content_type: bytes, name: str) -> str:
    """A parameter of a Content-Type header, without quotes; empty where there is none."""
    for part in content_type.decode("latin-1").split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""
