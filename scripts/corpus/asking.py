"""Requests of our own, for operations that Schemathesis has no request for: methods and media
types that it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
from starlette.types import ASGIApp

from accord.client.forms import urlencoded
from accord.codegen.schemas import Schemas
from accord.mock.answers import Answers, Unanswerable
from accord.spec import Contract
from accord.spec.ir import Media, Operation
from scripts.corpus.form_bodies import FORM, leaves_out, styles_of

_DEPTHS = (0, 1, 2, 3, 8)


async def ask(
    app: ASGIApp, contract: Contract, operations: Iterable[Operation], headers: dict[str, str]
) -> None:
    """Sends each operation one request that its schemas accept: what must be there, no more."""
    answers = Answers(Schemas(contract))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://corpus") as client:
        for operation in operations:
            # Of some operations no request is valid: they stay unanswered.
            with suppress(Unanswerable):
                await client.send(_request(client, operation, answers, headers))


def _request(
    client: httpx.AsyncClient, operation: Operation, answers: Answers, headers: dict[str, str]
) -> httpx.Request:
    path = operation.path
    sent: dict[str, dict[str, str]] = {"query": {}, "header": dict(headers), "cookie": {}}
    for parameter in operation.parameters:
        if not parameter.required:
            continue
        text = _text(answers.value(parameter.schema))
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe=""))
        else:
            sent[parameter.location][parameter.name] = text
    content = b""
    if operation.body is not None:
        media = operation.body.media[0]
        sent["header"]["content-type"] = media.type.replace("*/*", "application/octet-stream")
        if "json" in media.type:
            content = json.dumps(answers.value(media.schema or {})).encode()
        elif media.type == FORM:
            content = urlencoded(_written(media, answers), styles_of(media))
        else:
            content = b"example"
    request = client.build_request(
        operation.method,
        path,
        params=sent["query"],
        headers=sent["header"],
        cookies=sent["cookie"],
        content=content,
    )
    request.method = operation.method  # httpx writes it in capitals, whatever it is
    return request


def _written(media: Media, answers: Answers) -> Any:
    """What a form holds: as little as there has to be, but nothing that is empty."""
    for depth in _DEPTHS:
        value = answers.value(media.schema or {}, full=depth)
        if not leaves_out(value):
            break
    return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)
