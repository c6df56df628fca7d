"""Who the client is, where proxies stand in between: believed only of proxies that are listed.

`Forwarded` (RFC 7239) is read, and `X-Forwarded-For` with `X-Forwarded-Proto`. A proxy that writes
one of the two mostly passes the other on as it came, which is as the client pleases: where both are
there and name different clients, neither is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address

MOST_HOPS = 32
_PAIR = re.compile(
    r'[ \t]*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^",; \t]+)[ \t]*([;,]|$)'
)
_SCHEMES = frozenset({"http", "https"})


class TrustedProxies:
    """Sets `scope["client"]` and `scope["scheme"]` to what the proxies in `networks` say.

    The chain is read from its end: the client is the last address that is no trusted proxy. What
    stands before it came from outside and is believed by nobody; so is a chain that cannot be
    read. Goes outermost, and the server's own handling of these headers is to be off.
    """

    def __init__(self, app: ASGIApp, *, networks: Sequence[str]) -> None:
        self.app = app
        listed = [ip_network(network, strict=False) for network in networks]

        @lru_cache(maxsize=4096)
        def trusts(text: str) -> bool:
            address = _address(text)
            return address is not None and any(address in network for network in listed)

        self._trusts = trusts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        if scope["type"] == "http" and peer is not None and self._trusts(peer[0]):
            said = [self._seen(hops) for hops in _chains(scope["headers"]) if hops]
            if said and all(seen.get("client") == said[0].get("client") for seen in said):
                scope = {**scope, **said[-1], **said[0]}
        await self.app(scope, receive, send)

    def _seen(self, hops: list[tuple[str, str]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for text, scheme in reversed(hops[-MOST_HOPS:]):
            address = _address(text)
            if address is None:
                break
            seen["client"] = (str(address), 0)
            if scheme in _SCHEMES:
                seen["scheme"] = scheme
            if not self._trusts(str(address)):
                break
        return seen


def _chains(headers: Sequence[tuple[bytes, bytes]]) -> tuple[list[tuple[str, str]], ...]:
    """What each of the two says: address and scheme of every hop, the outermost first; the scheme
    is empty where none is said."""
    forwarded = _forwarded(", ".join(_values(headers, b"forwarded")))
    addresses = [part.strip() for part in ",".join(_values(headers, b"x-forwarded-for")).split(",")]
    schemes = _values(headers, b"x-forwarded-proto")
    scheme = schemes[-1].rpartition(",")[2].strip().lower() if schemes else ""
    return forwarded, [(address, scheme) for address in addresses if address]


def _values(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]


def _forwarded(text: str) -> list[tuple[str, str]]:
    hops: list[tuple[str, str]] = []
    hop: dict[str, str] = {}
    place = 0
    while place < len(text):
        found = _PAIR.match(text, place)
        if found is None:
            return []
        name, value, end = found.groups()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        hop.setdefault(name.lower(), value)
        place = found.end()
        if end != ";":
            hops.append((hop.get("for", ""), hop.get("proto", "").lower()))
            hop = {}
    return hops


def _address(text: str) -> Address | None:
    """An address, with or without port and brackets; None where it is none, as `unknown`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
