"""Plain ASGI that sends ready-made bytes: the limit of what any framework can reach."""

from __future__ import annotations

from typing import Any

from scripts.bench import data


def _answer(status: int, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


_ONE = _answer(200, data.encoded(data.ITEMS[41]))
_LIST = _answer(200, data.encoded({"items": data.ITEMS[:20]}))
_CREATED = _answer(201, data.encoded(data.CREATED))


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
        start, body = _CREATED
    else:
        start, body = _LIST if scope["path"] == "/items" else _ONE
    await send(start)
    await send(body)
