"""An operation that takes orders, for the tests of bodies."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from accord.runtime import ABSENT, Absent, Application, Model, Omittable
from accord.runtime.declare import JSON, Body, Media, Reply, problems
from tests.unit.runtime.conftest import Call, Response, application, operation


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Card(Model):
    kind: Literal["card"]
    number: Annotated[str, Field(pattern="^[0-9]{4}$")]


class Cash(Model):
    kind: Literal["cash"]
    amount: int


class Line(Model):
    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=3)]
    count: Annotated[int, Field(ge=1, alias="how-many")]


class Order(Model):
    lines: Annotated[list[Line], Field(min_length=1)]
    pay: Annotated[Card | Cash, Field(discriminator="kind")]
    size: Omittable[Size] = None
    gift: Omittable[bool] = None
    note: str | Absent | None = ABSENT
    weights: Omittable[dict[str, float]] = None
    ref: Omittable[int | str] = None
    extra: Any = None
    child: Omittable[Order] = None


ORDER: dict[str, Any] = {
    "lines": [{"sku": "MUG", "how-many": 2}],
    "pay": {"kind": "card", "number": "1234"},
}


class Bodies:
    def __init__(self) -> None:
        self.bodies: list[Any] = []

    async def handle(self, *, body: Any) -> None:
        self.bodies.append(body)


def taking(
    *media: Media, required: bool = True, handler: object = None, **options: Any
) -> Application:
    declared = operation(
        "/orders",
        "POST",
        body=Body(media or (Media(JSON, Order),), required=required),
        replies=(Reply(204),),
        errors=problems(400, 415, 422, 500),
    )
    return application(declared, handler=handler or Bodies(), **options)


async def post(
    call: Call, app: Application, body: Any, content_type: str | None = JSON
) -> Response:
    """Anything but bytes and their pieces is written as JSON."""
    if not isinstance(body, bytes) and not (
        isinstance(body, list) and body and isinstance(body[0], bytes)
    ):
        body = json.dumps(body).encode()
    headers = {} if content_type is None else {"content-type": content_type}
    return await call(app, "POST", "/orders", headers, body)


async def received(
    call: Call, type_: Any, body: Any, media_type: str = JSON, content_type: str | None = None
) -> Any:
    handler = Bodies()
    app = taking(Media(media_type, type_), handler=handler)
    response = await post(call, app, body, content_type or media_type)
    assert response.status == 204, response.body
    return handler.bodies[0]
