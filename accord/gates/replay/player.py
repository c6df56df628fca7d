"""Runs scenarios with the client package of one release, and writes down every call.

A process of its own, started as `python -I player.py`: it knows the package, httpx and the standard
library, and nothing of accord. What it does is read from standard input, as JSON:

    {"folder": "…", "module": "store_v2_client", "service": "Store", "url": "http://…",
     "token": "…", "scenarios": [{"name": "…", "source": "…"}]}

What came of it goes to standard output, a line of JSON for each scenario.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib
import json
import sys
import traceback
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import httpx

Calls = list[dict[str, Any]]

_NOT_KEPT = frozenset(
    (
        *("accept", "accept-encoding", "authorization", "connection", "content-length", "date"),
        *("host", "keep-alive", "server", "transfer-encoding", "user-agent"),
    )
)
"""Headers that say nothing about a service or are not its own, and the caller's credential."""
_GZIP = b"\x1f\x8b"


def main() -> None:
    task = json.load(sys.stdin)
    out = sys.stdout
    sys.path.insert(0, task["folder"])
    calls: Calls = []
    _listen(calls)
    with contextlib.redirect_stdout(sys.stderr):
        for scenario in task["scenarios"]:
            calls.clear()
            error = _play(scenario, task)
            told = {"name": scenario["name"], "error": error, "exchanges": calls}
            print(json.dumps(told), file=out, flush=True)


def _play(scenario: Mapping[str, Any], task: Mapping[str, Any]) -> dict[str, Any] | None:
    """Why the scenario fails, and at which of its lines; None where it does not."""
    name = f"{scenario['name']}.py"
    space: dict[str, Any] = {"__name__": scenario["name"], "__file__": name}
    try:
        exec(compile(scenario["source"], name, "exec"), space)
        package = importlib.import_module(task["module"])
        with getattr(package, task["service"])(task["url"], token=task["token"]) as service:
            space["run"](service)
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == name]
        lines = scenario["source"].splitlines()
        line = frames[-1].lineno if frames else None
        said = traceback.format_exception_only(error)[-1].strip()
        return {"what": said, "line": line, "code": lines[line - 1].strip() if line else ""}
    return None


def _listen(calls: Calls) -> None:
    """Lets httpx' transports write down what goes through them."""
    sync, asynchronous = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    send, send_async = sync.handle_request, asynchronous.handle_async_request

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        body = request.read()
        reply = send(self, request)
        assert isinstance(reply.stream, httpx.SyncByteStream)
        return _noted(calls, request, body, reply, b"".join(reply.stream))

    async def handle_async_request(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        body = await request.aread()
        reply = await send_async(self, request)
        assert isinstance(reply.stream, httpx.AsyncByteStream)
        return _noted(calls, request, body, reply, b"".join([part async for part in reply.stream]))

    sync.handle_request = handle_request  # type: ignore[method-assign]
    asynchronous.handle_async_request = handle_async_request  # type: ignore[method-assign]


def _noted(
    calls: Calls, request: httpx.Request, body: bytes, reply: httpx.Response, received: bytes
) -> httpx.Response:
    """Writes a call down; gives the reply anew, whose body has been read."""
    again = httpx.Response(
        reply.status_code,
        headers=reply.headers.raw,
        stream=httpx.ByteStream(received),
        extensions=reply.extensions,
    )
    reply = httpx.Response(reply.status_code, headers=reply.headers.raw, content=received)
    calls.append(exchange(request, body, reply))
    return again


def exchange(request: httpx.Request, body: bytes, reply: httpx.Response) -> dict[str, Any]:
    """A call as plain JSON."""
    return {
        "request": {
            "method": request.method,
            "target": request.url.raw_path.decode(),
            "headers": _headers(request.headers),
            "body": _content(body, request.headers.get("content-type", "")),
        },
        "reply": {
            "status": reply.status_code,
            "headers": _headers(reply.headers),
            "body": _content(reply.content, reply.headers.get("content-type", "")),
        },
    }


def _headers(sent: httpx.Headers) -> dict[str, str]:
    """Those that are kept, by their names in lower case."""
    return {name.lower(): value for name, value in sent.items() if name.lower() not in _NOT_KEPT}


def _content(body: bytes, media_type: str) -> dict[str, Any] | None:
    """A body as JSON: `json` the value, `lines` values of JSON lines, `text`, `base64`; null where
    there is none."""
    if not body:
        return None
    if body.startswith(_GZIP):
        try:
            return {"gzip": _content(gzip.decompress(body), "application/jsonl")}
        except (OSError, EOFError):
            return {"base64": b64encode(body).decode()}
    with contextlib.suppress(ValueError):
        if "json" in media_type.partition(";")[0]:
            if "jsonl" in media_type or "seq" in media_type:
                return {"lines": [json.loads(line) for line in body.splitlines()]}
            return {"json": json.loads(body)}
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


if __name__ == "__main__":
    main()
