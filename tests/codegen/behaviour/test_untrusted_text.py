"""Text of a contract never becomes code: modules are imported here, not only parsed."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from accord.service.outgoing import Outgoing

from .conftest import Generate

EVIL = [
    '"""\nimport builtins; builtins.stolen = True\n"""',
    "'''\nimport builtins; builtins.stolen = True\n'''",
    "'); import builtins; builtins.stolen = True; ('",
    '"); import builtins; builtins.stolen = True; ("',
    "\\",
    'ends with a quote"',
    "ends with a backslash\\",
    '\\"""',
    "{{ 7*7 }} {% raw %} ${x} %s {0} {builtins}",
    "\u202eright to left\u202c \u2066isolate\u2069",
    "nul \x00, escape \x1b[31m, bell \x07, form feed \x0c, separator \u2028 \x85",
    "# noqa\n# type: ignore\nimport builtins; builtins.stolen = True",
    "tab\tand\r\nlines\rand more",
]


def contract(text: str) -> str:
    """A contract that says `text` wherever a contract can say anything."""
    schema = {
        "type": "object",
        "title": text,
        "description": text,
        "required": [text],
        "properties": {
            text: {"type": "string", "description": text, "default": text, "example": text},
            "picked": {"type": "string", "enum": [text, "other"], "default": text},
            "fixed": {"const": text},
            "sized": {"type": "string", "pattern": f"^{re.escape(text)}$"},
            "named": {"$ref": "#/components/schemas/" + quote(text, safe="")},
            "varied": {"type": "integer", "enum": [1, 2], "x-enum-varnames": [text, "other"]},
        },
        "patternProperties": {re.escape(text): {"type": "string", "examples": [text]}},
        "dependentRequired": {text: [text]},
    }
    operation = {
        "operationId": text,
        "tags": [text],
        "summary": text,
        "description": text,
        "parameters": [
            {
                "name": "q" + text,
                "in": "query",
                "description": text,
                "schema": {"type": "string", "default": text, "enum": [text, "b"]},
            },
            {"name": "c" + text, "in": "cookie", "schema": {"type": "string", "example": text}},
            {"name": "h" + text, "in": "header", "schema": {"type": "string"}},
        ],
        "x-accord-note": {text: text},
        "security": [{text: [text]}],
        "requestBody": {
            "description": text,
            "content": {
                "multipart/form-data": {
                    "schema": {"$ref": "#/components/schemas/Evil"},
                    "encoding": {
                        text: {"contentType": text, "headers": {text: {"schema": {}}}},
                        "picked": {"style": "deepObject", "explode": True},
                    },
                },
                f"a/{text}": {},
            },
        },
        "callbacks": {text: {f"$request.{text}": {"post": _told(text)}}},
        "responses": {
            "200": {
                "description": text,
                "headers": {"X-A" + text: {"description": text, "schema": {"type": "string"}}},
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Evil"},
                        "example": {text: text},
                    },
                    "application/x-" + text: {"schema": {"type": "string", "const": text}},
                },
            },
            "404": {"description": text},
        },
    }
    document = {
        "info": {"title": text, "version": text, "description": text},
        "openapi": "3.1.0",
        "tags": [{"name": text, "description": text}],
        # Braces are a parameter's, and what follows a number sign is not part of a path.
        "paths": {"/a" + re.sub(r"[{}#]", "", text): {"get": operation}},
        "webhooks": {text: {"post": _told(text)}},
        "components": {
            "schemas": {"Evil": schema, text: {"type": "object", "title": text}},
            "securitySchemes": {text: {"type": "apiKey", "in": "header", "name": text}},
        },
    }
    return yaml.safe_dump(document, allow_unicode=False)


def _told(text: str) -> dict[str, Any]:
    """An operation that the service calls."""
    return {
        "summary": text,
        "description": text,
        "requestBody": {"content": {"application/json": {"schema": {"const": text}}}},
        "responses": {"204": {"description": text}},
    }


@pytest.mark.parametrize("text", EVIL)
def test_text_stays_text(generated: Generate, text: str) -> None:
    """It is in the declarations as it was written, nothing of it ran, and no character of it
    can mislead whoever reads the code."""
    package = generated(contract(text))
    assert not hasattr(builtins, "stolen")
    operation = package.routes.CONTRACT.operations[0]
    assert operation.parameters[0].name == "q" + text
    assert operation.extensions["x-accord-note"] == {text: text}
    assert list(operation.security) == [{text: (text,)}]
    assert package.routes.CONTRACT.title == text
    assert operation.body is not None
    encoding = next(one.encoding for one in operation.body.media if one.encoding)
    assert encoding[text].content_type == text
    assert encoding[text].headers[0].name == text
    sent = importlib.import_module(f"{package.models.__name__.removesuffix('.models')}.callbacks")
    assert next(v._url for v in vars(sent).values() if type(v) is Outgoing) == f"$request.{text}"
    wanted: Any = {text: "v", "picked": text, "fixed": text}
    value = package.models.Evil.model_validate(wanted)
    assert value.model_dump(by_alias=True, exclude_none=True)[text] == "v"
    for path in sorted(package.folder.glob("*.py")):
        importlib.import_module(f"{package.folder.name}.{path.stem}")
        code = path.read_text("utf-8")
        ast.parse(code)
        assert all(character.isprintable() or character == "\n" for character in code)
