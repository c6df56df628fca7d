"""The work that the contract asks for and nothing around it, in one function: what is left to
gain. No dispatch beyond these operations, no negotiation, no problems, no dependencies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bench_contracts.items import models
from pydantic import TypeAdapter

from accord.runtime.encode import json_encoder
from scripts.bench.apps.accord_items import items_over_memory

_items = items_over_memory(models)
_item_id = TypeAdapter(UUID).validator.validate_python


def _validate() -> Any:
    return TypeAdapter(models.ItemCreate).validator.validate_json


_new = _validate()
_encode = json_encoder(models.Item)
_JSON = (b"content-type", b"application/json")


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    if scope["method"] == "POST":
        message = await receive()
        status, item = 201, await _items.create_item(body=_new(message["body"], strict=True))
    else:
        _, _, item_id = scope["path"].split("/")
        status, item = 200, await _items.get_item(item_id=_item_id(item_id))
    body = _encode(item)
    headers = [_JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
