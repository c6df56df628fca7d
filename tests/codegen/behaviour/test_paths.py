"""Where operations are: servers' base paths, and path items that are references."""

from __future__ import annotations

import pytest

from .conftest import Generate
from .serving import served

PATHS = """
servers:
  - url: 'https://{region}.example.com/{base}/'
    variables: {region: {default: eu}, base: {default: v1}}
  - {url: 'https://other.example.com/other'}
paths:
  /things: {$ref: '#/components/pathItems/Things'}
  /again: {$ref: '#/paths/~1things'}
  /own:
    servers: [{url: /ours}]
    get: {operationId: readOwn, responses: {'204': {description: Read.}}}
    put:
      operationId: putOwn
      servers: [{url: ./mine}]
      responses: {'204': {description: Put.}}
components:
  pathItems:
    Things:
      parameters: [{name: size, in: query, schema: {type: integer}}]
      get: {operationId: readThings, responses: {'204': {description: Read.}}}
"""


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/v1/things?size=1", 204),
        ("GET", "/v1/things?size=x", 422),
        ("GET", "/v1/again?size=1", 204),
        ("GET", "/ours/own", 204),
        ("PUT", "/mine/own", 204),
        ("GET", "/things", 404),
        ("GET", "/other/things", 404),
        ("PUT", "/ours/own", 405),
    ],
)
async def test_where_operations_are(
    generated: Generate, method: str, url: str, status: int
) -> None:
    """Below the path of the first server, of the document, the path item or the operation; a path
    item that is a reference is as if it stood there."""
    async with served(generated(PATHS)).client as client:
        assert (await client.request(method, url)).status_code == status
