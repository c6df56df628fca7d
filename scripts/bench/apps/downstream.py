"""The six internal services for the fan-out: the examples of their contracts, ready-made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

READS = {
    "customers": ("/customers", "/customers/{customer_id}"),
    "pricing": ("/quotes", "/quotes/{quote_id}"),
    "inventory": ("/reservations", "/reservations/{reservation_id}"),
    "payments": ("/payments", "/payments/{payment_id}"),
    "shipping": ("/shipments", "/shipments/{shipment_id}"),
    "notifications": ("/messages", "/messages/{message_id}"),
}
"""By service: the collection, and the path by which one of it is read."""


def _example(service: str, path: str) -> dict[str, Any]:
    document = json.loads(Path("generated/downstream", service, "contract.json").read_text("utf-8"))
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    example: dict[str, Any] = next(iter(content["examples"].values()))["value"]
    return example


EXAMPLES = {service: _example(service, path) for service, (_, path) in READS.items()}
IDS: dict[str, str] = {service: example["id"] for service, example in EXAMPLES.items()}
PATHS = {service: f"{collection}/{IDS[service]}" for service, (collection, _) in READS.items()}

_START = (b"content-type", b"application/json")
_BODIES = {PATHS[service]: json.dumps(example).encode() for service, example in EXAMPLES.items()}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body = _BODIES[scope["path"]]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [_START, length]})
    await send({"type": "http.response.body", "body": body})
