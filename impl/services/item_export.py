"""All items as compressed JSON lines, made while they are sent."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

from impl.domain.errors import Unavailable
from impl.domain.items import Item
from impl.repositories.database import Database

# Small enough that neither reading a page nor encoding it keeps other requests waiting.
_PAGE = 100
_LONGEST_PAUSE = 0.02
_RETRY_AFTER = 5
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 6


class ItemExport:
    """At most `at_once` exports run, each a page of items at a time in memory; encoding and
    compressing happen in as many threads, off the loop."""

    def __init__(self, database: Database, *, at_once: int) -> None:
        self._database = database
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="export")
        self.running = 0

    async def begin(self, line: Callable[[Item], bytes]) -> AsyncIterator[bytes]:
        """The bytes of a gzip file, in pieces; `line` encodes one item, with its newline.

        Raises `Unavailable` before the first of them: where too many run, or the database does not
        answer.
        """
        if self.running >= self._at_once:
            raise Unavailable("Too many exports are running.", retry_after=_RETRY_AFTER)
        self.running += 1
        pieces = self._pieces(line)
        try:
            first = await anext(pieces)
        except BaseException:
            await pieces.aclose()
            raise
        return _resumed(first, pieces)

    async def _pieces(self, line: Callable[[Item], bytes]) -> AsyncGenerator[bytes]:
        loop = asyncio.get_running_loop()
        run, clock = loop.run_in_executor, loop.time
        packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        last = None
        try:
            while True:
                async with self._database.reading() as work:
                    page = await work.items.after(last, size=_PAGE)
                if not page:
                    break
                last = page[-1].id
                began = clock()
                piece = await run(self._threads, _packed, packer, line, page)
                if piece:
                    yield piece
                # Threads share one interpreter with the loop: as long as one had it, others do.
                await asyncio.sleep(min(clock() - began, _LONGEST_PAUSE))
            yield packer.flush()
        finally:
            self.running -= 1

    def close(self) -> None:
        """Wait for nothing; what is being encoded ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _packed(packer: zlib._Compress, line: Callable[[Item], bytes], page: Sequence[Item]) -> bytes:
    return packer.compress(b"".join(map(line, page)))


async def _resumed(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece
