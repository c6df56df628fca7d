"""Page cursors: opaque, signed, and bound to the query that they continue.

A cursor is `base64url(mac + payload)`. The payload is a direction, a digest of sort and filters,
the id of the row at the page's edge, and that row's sort key; the MAC is HMAC-SHA256 over it, cut
to 16 bytes. Replicas that share the key read each other's cursors.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from impl.domain.errors import Fault, Invalid
from impl.domain.pages import PageCursor

SortKey = str | int | datetime

_MAC_BYTES = 16
_DIGEST_BYTES = 8
_CHARACTER_BITS = 21
_CHARACTER_MASK = (1 << _CHARACTER_BITS) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a page begins: after the row with this key and id, or before it, in the order of the
    list."""

    after: bool
    key: SortKey
    id: UUID


class CursorCodec:
    """Writes and reads cursors with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, edge: Edge, query: Sequence[str | None]) -> str:
        """The cursor of a page; `query` is everything that must not change between pages."""
        head = b"a" if edge.after else b"b"
        payload = head + _digest(query) + edge.id.bytes + _key_bytes(edge.key)
        return base64.urlsafe_b64encode(self._mac(payload) + payload).decode().rstrip("=")

    def read(self, cursor: PageCursor, query: Sequence[str | None]) -> Edge:
        """The edge that a cursor stands for.

        Raises `Invalid` with `invalid_cursor` where it is damaged, forged, or of another query.
        """
        try:
            padded = cursor.text.rstrip("=") + "=" * (-len(cursor.text.rstrip("=")) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _invalid(cursor, "Is not a cursor that this service gave.") from None
        mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise _invalid(cursor, "Is not a cursor that this service gave.")
        digest, rest = payload[1 : 1 + _DIGEST_BYTES], payload[1 + _DIGEST_BYTES :]
        if digest != _digest(query):
            raise _invalid(cursor, "Belongs to a query with another sort or other filters.")
        return Edge(
            after=payload[:1] == b"a", id=UUID(bytes=rest[:16]), key=_key_from_bytes(rest[16:])
        )

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:_MAC_BYTES]


def _invalid(cursor: PageCursor, detail: str) -> Invalid:
    return Invalid(Fault("invalid_cursor", detail, parameter=cursor.parameter, location="query"))


def _digest(query: Sequence[str | None]) -> bytes:
    return hashlib.sha256(repr(tuple(query)).encode()).digest()[:_DIGEST_BYTES]


def _key_bytes(key: SortKey) -> bytes:
    match key:
        case str():
            return _text_bytes(key)
        case datetime():
            return b"t" + ((key - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)
        case int():
            return b"i" + key.to_bytes(8, "big", signed=True)


def _key_from_bytes(raw: bytes) -> SortKey:
    kind, value = raw[:1], raw[1:]
    if kind == b"s":
        return value.decode()
    if kind == b"w":
        return _from_wide(value)
    number = int.from_bytes(value, "big", signed=True)
    return _EPOCH + number * _MICROSECOND if kind == b"t" else number


def _text_bytes(text: str) -> bytes:
    """UTF-8, or 21 bits for each character where that is shorter: it keeps the cursors of the
    longest names, 120 characters of any script, within the 512 that the contracts allow."""
    plain = text.encode()
    if len(plain) * 8 <= len(text) * _CHARACTER_BITS:
        return b"s" + plain
    # The leading 1 keeps zeros at the front.
    packed = 1
    for character in text:
        packed = packed << _CHARACTER_BITS | ord(character)
    return b"w" + packed.to_bytes((packed.bit_length() + 7) // 8, "big")


def _from_wide(value: bytes) -> str:
    packed = int.from_bytes(value, "big")
    characters = []
    while packed > 1:
        characters.append(chr(packed & _CHARACTER_MASK))
        packed >>= _CHARACTER_BITS
    return "".join(reversed(characters))
