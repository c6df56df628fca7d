"""Files that pages are made of: read and compressed once, off the loop."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from accord.runtime.accept import accepts_gzip


class Asset:
    """A file served whole, as gzip where the caller takes it, and not again while it has not
    changed (`ETag`).

    `read` gives its bytes; it runs in a thread at the first request.
    """

    def __init__(self, read: Callable[[], bytes], media_type: str) -> None:
        self._read = read
        self._media_type = media_type
        self._prepared: asyncio.Future[tuple[bytes, bytes, str]] | None = None

    async def __call__(self, request: Request) -> Response:
        if self._prepared is None:
            self._prepared = asyncio.ensure_future(asyncio.to_thread(self._prepare))
        plain, compressed, tag = await asyncio.shield(self._prepared)
        headers = {"cache-control": "public, max-age=3600", "etag": tag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if accepts_gzip(request.headers.get("accept-encoding", "").encode("latin-1")):
            headers["content-encoding"] = "gzip"
            return Response(compressed, headers=headers, media_type=self._media_type)
        return Response(plain, headers=headers, media_type=self._media_type)

    def route(self, path: str) -> Route:
        return Route(path, self.__call__, include_in_schema=False)

    def _prepare(self) -> tuple[bytes, bytes, str]:
        plain = self._read()
        return plain, gzip.compress(plain, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:32]}"'
