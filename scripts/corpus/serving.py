"""Stage: a generated package in a process of its own: import, start, first POST, every validator.

The application has no handlers: `missing="501"`, `unverified="accept"`. The first POST is one
that has a JSON body; it is sent an empty array, so that the answer comes from its validator.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from pathlib import Path
from typing import Any

import httpx

# What every service has loaded is not counted.
from accord.runtime import Application, declare
from scripts.corpus.contracts import Case
from scripts.corpus.stage import Result, serve, timed


def main() -> None:
    serve(_serve)


def _serve(case: Case, folder: Path) -> Result:
    result: Result = {"imports": False}
    try:
        with timed(result, "import_s"):
            routes: Any = importlib.import_module(f"{case.package}.routes")
    except Exception as error:
        return {**result, "failed": repr(error)[:800]}
    result["imports"] = True
    contract: declare.Contract = routes.CONTRACT
    with timed(result, "start_s"):
        handlers = dict.fromkeys(inspect.signature(routes.api).parameters)
        app = Application(apis=[routes.api(**handlers)], missing="501", unverified="accept")
    posts = [operation for operation in contract.operations if _takes_json(operation)]
    if posts:
        with timed(result, "first_post_s"):
            result["first_post"] = asyncio.run(_first_post(routes, posts[0]))
    with timed(result, "validators_s"):
        app.warm()
    answered = asyncio.run(_every_operation(app, contract))
    result["answers_501"] = sum(status == 501 for status in answered.values())
    return result


def _takes_json(operation: Any) -> bool:
    media = operation.body.media if operation.body else ()
    return operation.method == "POST" and any("json" in each.media_type for each in media)


async def _every_operation(app: Any, contract: Any) -> dict[str, int]:
    """The status that each operation's address answers."""
    statuses: dict[str, int] = {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://corpus") as client:
        for operation in contract.operations:
            path = operation.path.replace("{", "").replace("}", "")
            response = await client.request(operation.method, path)
            statuses[operation.id] = response.status_code
    return statuses


async def _first_post(routes: Any, operation: Any) -> int:
    """The status of a POST whose handler is there, and which nothing was compiled for yet."""

    async def method(self: object, **inputs: object) -> None: ...

    handlers: dict[str, Any] = dict.fromkeys(inspect.signature(routes.api).parameters)
    handlers[operation.tag] = type("Handler", (), {operation.handler: method})()
    app = Application(apis=[routes.api(**handlers)], missing="501", unverified="accept")
    media = next(each for each in operation.body.media if "json" in each.media_type)
    path = operation.path.replace("{", "").replace("}", "")
    credentials = _credentials(routes.CONTRACT)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://corpus") as client:
        response = await client.post(
            path,
            content=b"[]",
            headers={"content-type": media.media_type, **credentials["headers"]},
            params=credentials["params"],
            cookies=credentials["cookies"],
        )
    return response.status_code


def _credentials(contract: declare.Contract) -> dict[str, dict[str, str]]:
    """Something for each scheme: none is verified, but a caller without is refused."""
    found: dict[str, dict[str, str]] = {"headers": {}, "params": {}, "cookies": {}}
    places = {"header": "headers", "query": "params", "cookie": "cookies"}
    for scheme in contract.schemes.values():
        if isinstance(scheme, declare.ApiKey):
            found[places[scheme.location]][scheme.name] = "corpus"
        elif isinstance(scheme, declare.Http):
            found["headers"]["authorization"] = f"{scheme.scheme} Y29ycHVzOmNvcnB1cw=="
    return found


if __name__ == "__main__":
    main()
