"""The law for servers: every address that answered before is still listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.verdict import Break
from accord.spec.pointers import join, parent

_MOST_ADDRESSES = 1000


def compare_servers(old: Document, new: Document, at: str, to: str) -> Iterator[Break]:
    """What breaks in the addresses of the operations at two pointers."""
    before, old_place = _addresses(old, at)
    after, new_place = _addresses(new, to)
    for address, pointer in before.items():
        if address not in after:
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
                address.rstrip("/"): join(place, index)
                for index, server in enumerate(servers)
                for address in _written_out(server)
            }
            return found, place
    return {"": ""}, ""


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
