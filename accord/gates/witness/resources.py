"""Identifiers of things that the running application has, found in its own lists: a witness about
an order is sent to an order that is there, where there is one."""

from __future__ import annotations

from typing import Any

import httpx

from accord.gates.law.operation import TEMPLATE


class Resources:
    """What the application behind `client` has."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._known: dict[str, str | None] = {}

    def identifier(self, path: str) -> str | None:
        """A value for the first parameter in `path`, from the collection above it."""
        found = TEMPLATE.search(path)
        if found is None or not path[: found.start()].endswith("/"):
            return None
        collection = path[: found.start() - 1]
        if collection not in self._known:
            self._known[collection] = self._first(collection, found[1])
        return self._known[collection]

    def _first(self, collection: str, parameter: str) -> str | None:
        try:
            reply = self._client.get(collection or "/")
            body = reply.json() if reply.is_success else None
        except (httpx.HTTPError, ValueError):
            return None
        return _identifier(body, (parameter, "id", "name"))


def _identifier(body: Any, names: tuple[str, ...]) -> str | None:
    """The first of `names` in the nearest object that has one."""
    pending = [body]
    while pending:
        node = pending.pop(0)
        if isinstance(node, dict):
            for name in names:
                if isinstance(node.get(name), (str, int)) and not isinstance(node[name], bool):
                    return str(node[name])
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return None
