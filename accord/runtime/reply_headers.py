"""Headers of replies: what the fields of a reply type become."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from accord.runtime.answer import header_text, header_value
from accord.runtime.declare import Reply, ReplyHeader
from accord.runtime.media_types import is_json
from accord.runtime.whole import Headers

_SET_COOKIE = b"set-cookie"


class ReplyHeaders:
    """The compiled headers of one reply."""

    def __init__(self, reply: Reply) -> None:
        self._headers = tuple(map(_Written, reply.headers))

    def write(self, value: Any, check: bool) -> Headers:
        """The headers that the reply `value` carries; with `check` each is validated first.

        Raises `ValueError` that says what is wrong, and with which of them.
        """
        headers: Headers = []
        for header in self._headers:
            content = getattr(value, header.field)
            if content is not None:
                headers += header.lines(content, check)
            elif header.required:
                raise ValueError(f"no {header.name} header, which the contract requires")
        return headers


class _Written:
    def __init__(self, header: ReplyHeader) -> None:
        self.name = header.name
        self.field = header.field
        self.required = header.required
        self._wire = header.name.lower().encode()
        self._explode = header.explode
        self._is_json = header.content is not None and is_json(header.content)
        self._adapter: TypeAdapter[Any] = TypeAdapter(header.type)

    def lines(self, content: Any, check: bool) -> Headers:
        try:
            if check:
                self._adapter.validate_json(to_json(content, by_alias=True), strict=True)
            # Cookies have commas in them: each has a header of its own (RFC 6265, 3).
            several = self._wire == _SET_COOKIE and isinstance(content, list)
            return [
                (self._wire, header_value(self._text(one)))
                for one in (content if several else [content])
            ]
        except ValueError as error:  # a ValidationError too
            raise ValueError(f"a wrong {self.name}: {error}") from None

    def _text(self, content: Any) -> str:
        if self._is_json:
            return to_json(content, by_alias=True).decode()
        return header_text(content, explode=self._explode)
