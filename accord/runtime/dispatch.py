"""The contracts' operations, answered ahead of FastAPI's router and inside its middlewares."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from urllib.parse import quote

from fastapi.telemetry._api import _route_selected
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.alternatives import Alternatives
from accord.runtime.answer import Answer
from accord.runtime.endpoint import Endpoint
from accord.runtime.paths import PathTree, route_path
from accord.runtime.problem import Problem

Served = Endpoint | Alternatives


class Dispatcher:
    """An ASGI application: finds the endpoint of a request, or passes it to `app`.

    HEAD is answered by GET without its body, OPTIONS with what the path allows; a path of the
    contract asked with another method is a 405, unless FastAPI's router has that route.
    """

    def __init__(self, app: ASGIApp, endpoints: Iterable[Endpoint]) -> None:
        self._fallback = app
        self._tree: PathTree[Served] = PathTree()
        addresses: dict[tuple[str, str], list[Endpoint]] = {}
        for endpoint in endpoints:
            address = (endpoint.operation.method, endpoint.path)
            addresses.setdefault(address, []).append(endpoint)
        for (method, path), group in addresses.items():
            self._tree.add(path, method, group[0] if len(group) == 1 else Alternatives(group))

    # Not a coroutine of its own: it hands back that of what answers.
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._fallback(scope, receive, send)
        path = scope["path"]
        if scope.get("root_path") or b"%" in scope.get("raw_path", b"%"):
            path = route_path(scope)
        found = self._tree.find(path)
        if found is None:
            return self._unmatched(scope, receive, send)
        methods, values = found
        endpoint = methods.get(scope["method"])
        if endpoint is not None:
            scope["route"] = endpoint
            if "fastapi.telemetry" in scope:
                _select(scope, endpoint)
            return endpoint.serve(scope, receive, send, values, False)
        if scope["method"] == "HEAD" and "GET" in methods:
            endpoint = methods["GET"]
            _select(scope, endpoint)
            return endpoint.serve(scope, receive, send, values, True)
        if _has_route(scope):
            return self._fallback(scope, receive, send)
        return _other_method(methods, scope, receive, send)

    async def _unmatched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A path of the contract but for a trailing slash is redirected, as FastAPI does it."""
        path = route_path(scope)
        app = scope["app"]
        if app.router.redirect_slashes and path != "/" and not _has_route(scope):
            other = path[:-1] if path.endswith("/") else path + "/"
            if self._tree.find(other) is not None:
                location = scope.get("root_path", "") + quote(other, safe="/%:@!$&'()*+,;=~-._")
                query = scope["query_string"].decode("latin-1")
                target = f"{location}?{query}" if query else location
                headers = [(b"location", target.encode())]
                await Answer(307, headers, b"").send(scope, receive, send)
                return
        await self._fallback(scope, receive, send)


def _select(scope: Scope, endpoint: Served) -> None:
    scope["route"] = endpoint
    if "fastapi.telemetry" in scope:
        # FastAPI's router tells its telemetry in this way; it has no public one.
        _route_selected(scope=scope, path=endpoint.path)


def _has_route(scope: Scope) -> bool:
    routes: Sequence[BaseRoute] = scope["app"].router.routes
    return any(route.matches(scope)[0] is Match.FULL for route in routes)


async def _other_method(
    methods: Mapping[str, Served], scope: Scope, receive: Receive, send: Send
) -> None:
    known = [*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])]
    allow = ", ".join(sorted(set(known)))
    endpoint = next(iter(methods.values()))
    _select(scope, endpoint)
    if scope["method"] == "OPTIONS":
        await Answer(204, [(b"allow", allow.encode())], b"").send(scope, receive, send)
        return
    problem = Problem(
        405,
        code="method_not_allowed",
        detail=f"This path takes {allow}.",
        headers={"allow": allow},
    )
    await endpoint.failing.respond(problem, scope, receive, send, scope["method"] == "HEAD")
