"""The law for servers: every address that answered before is still listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

from accord.gates.law.document import Document
from accord.gates.law.verdict import Break
from accord.spec.pointers import join, parent

_MOST_ADDRESSES = 1000
_DEFAULT_PORTS = {"http": 80, "https": 443}


def base_path(document: Document) -> str:
    """The path of the contract's first server, without `/` at its end."""
    address = next(iter(_addresses(document, "/paths")[0]))
    return urlsplit(address).path.rstrip("/")


def compare_servers(
    old: Document, new: Document, at: str, to: str, bases: tuple[str, str] = ("", "")
) -> Iterator[Break]:
    """What breaks in the addresses of the operations at two pointers. `bases` are ends of
    addresses that are counted to the paths."""
    before, old_place = _addresses(old, at)
    after, new_place = _addresses(new, to)
    there = {address.removesuffix(bases[1]) for address in after}
    for address, pointer in before.items():
        if address.removesuffix(bases[0]) not in there:
            listed = ", ".join(each or "/" for each in after)
            said = f"the server {address or '/'} is gone; there is {listed}"
            place = join(new_place, pointer.rpartition("/")[2]) if new_place else "/servers"
            yield Break("server-removed", "wire", said, pointer or old_place or None, place)


def _addresses(document: Document, operation: str) -> tuple[dict[str, str], str]:
    """Addresses, variables put in → where each is written; and where all are."""
    for owner in (operation, parent(operation), ""):
        servers = document.find(owner).get("servers")
        if servers:
            place = join(owner, "servers")
            found = {
                _canonical(address): join(place, index)
                for index, server in enumerate(servers)
                for address in _written_out(server)
            }
            return found, place
    return {"": ""}, ""


def _canonical(address: str) -> str:
    """One text for each place: host in lower case, no port that is meant anyway, no `/` at the
    end (RFC 3986, section 6.2)."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        return address.rstrip("/")
    if not parts.hostname or parts.username is not None:
        return address.rstrip("/")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    return parts._replace(netloc=host).geturl().rstrip("/")


def _written_out(server: Mapping[str, Any]) -> Iterator[str]:
    variables = server.get("variables") or {}
    choices = [
        [(name, str(value)) for value in variable.get("enum") or [variable.get("default", "")]]
        for name, variable in variables.items()
    ]
    for chosen in islice(product(*choices), _MOST_ADDRESSES):
        address = str(server.get("url", ""))
        for name, value in chosen:
            address = address.replace(f"{{{name}}}", value)
        yield address
