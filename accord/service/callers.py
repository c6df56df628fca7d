"""Whose request it is, for limits that apply before anybody has checked a token."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv6Address

from starlette.types import Scope

from accord.service.exchange import KEY, Exchange

LONGEST = 4096


def address(scope: Scope) -> str:
    """The caller's address; of IPv6 its /64, which is what one caller has.

    `scope["client"]` is what the server says: it takes a proxy's word only from proxies that it
    was told to trust.
    """
    client = scope.get("client")
    if client is None:
        return "unknown"
    host: str = client[0]
    return _network(host) if ":" in host else host


@lru_cache(maxsize=4096)
def _network(host: str) -> str:
    try:
        number = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if number.ipv4_mapped:
        return str(number.ipv4_mapped)
    return f"{IPv6Address(int(number) >> 64 << 64)}/64"


class CredentialOwners:
    """Names callers by principal as soon as their credential is known to be good.

    A limit that counted by whatever token is sent would be escaped by inventing tokens. So a
    credential counts for its principal only after the application accepted it once; until then, and
    again when it is refused, its requests count for the address. At most `capacity` credentials are
    remembered, the longest known forgotten first.
    """

    def __init__(self, *, capacity: int = 10_000) -> None:
        self.capacity = capacity
        self._owners: OrderedDict[bytes, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._owners)

    def key(self, scope: Scope) -> str:
        """The principal's subject with `principal:` before it, or the address.

        When the request is answered, whose its credential is will be remembered, or forgotten.
        """
        exchange: Exchange = scope[KEY]
        credential = exchange.request.get(b"authorization")
        if not credential:
            return address(scope)
        exchange.ends.append(self._learn)
        return self._owners.get(credential) or address(scope)

    def _learn(self, scope: Scope, exchange: Exchange) -> None:
        credential = exchange.request[b"authorization"]
        principal = scope.get("principal")
        if principal is None:
            if credential in self._owners and exchange.status == 401:
                del self._owners[credential]
        elif credential not in self._owners and len(credential) <= LONGEST:
            if len(self._owners) >= self.capacity:
                self._owners.popitem(last=False)
            self._owners[credential] = f"principal:{principal.subject}"
