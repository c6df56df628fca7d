"""Where the keys come from that bearer tokens are checked with."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import httpx
import jwt
import structlog

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}
)
"""Signatures that a published key can check: none that the same key could also make."""

_TIMEOUT = 5.0
_LARGEST = 1_000_000
_log = structlog.get_logger(__name__)


class PublishedKeys:
    """The JSON Web Key Set (RFC 7517) at a URL or in a file.

    It is read when it is first needed, again after `lifetime` seconds, and where a token names a
    key that is not in it, which is how an issuer's new keys are learned: but not within `pause`
    seconds of the last time, so that invented names cost the issuer nothing. While it cannot be
    read, or is slow to be, the keys that are known go on being used.
    """

    def __init__(self, location: str, *, lifetime: float = 300, pause: float = 10) -> None:
        self._location = location
        self._lifetime = lifetime
        self._pause = pause
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read = float("-inf")
        self._tried = float("-inf")
        self._reading = asyncio.Lock()

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this id; without an id the only one there is."""
        known = self._known(kid)
        # One who waits for an issuer is enough: others with a key that is known go on.
        if self._wants_reading(kid) and (known is None or not self._reading.locked()):
            async with self._reading:
                if self._wants_reading(kid):
                    await self._read_again()
            known = self._known(kid)
        return known

    def _known(self, kid: str | None) -> jwt.PyJWK | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _wants_reading(self, kid: str | None) -> bool:
        now = monotonic()
        wanted = now - self._read > self._lifetime or (kid is not None and kid not in self._keys)
        return wanted and now - self._tried > self._pause

    async def _read_again(self) -> None:
        self._tried = monotonic()
        try:
            keys = jwt.PyJWKSet.from_json(await self._text()).keys
        except (
            httpx.HTTPError,
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            jwt.PyJWTError,
        ) as error:
            _log.error("token_keys_unreadable", location=self._location, error=repr(error))
            return
        self._keys = {key.key_id: key for key in keys if key.algorithm_name in ALGORITHMS}
        self._read = self._tried

    async def _text(self) -> str:
        if not self._location.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._location).read_text, "utf-8")
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT) as client,
            asyncio.timeout(_TIMEOUT),
            client.stream("GET", self._location) as reply,
        ):
            reply.raise_for_status()
            body = b""
            async for chunk in reply.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise ValueError(f"the key set is larger than {_LARGEST} bytes")
            return body.decode()
