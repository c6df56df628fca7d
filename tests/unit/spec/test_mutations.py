"""Whatever is put in place of any part of a contract, reading ends in a contract or in faults."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
import yaml

from accord.errors import ContractErrors
from accord.spec import read
from accord.spec.pointers import find, join, parent, split

CONTRACT = """
info: {title: T, version: 1.0.0}
servers: [{url: '/{v}', variables: {v: {default: v1}}}]
tags: [{name: items, description: Things.}]
security: [{key: []}]
paths:
  /items/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    servers: [{url: /v2}]
    post:
      operationId: change
      tags: [items]
      parameters:
        - {name: view, in: query, style: form, explode: false, schema: {enum: [a, b], default: a}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, properties: {file: {type: string}}}
            encoding: {file: {contentType: image/png, headers: {X: {schema: {type: string}}}}}
      responses:
        '200':
          description: Done.
          headers: {ETag: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
          links: {self: {operationId: change}}
        default: {$ref: '#/components/responses/Failed'}
      callbacks: {done: {'{$request.query.url}': {post: {responses: {'200': {description: D}}}}}}
components:
  parameters: {Id: {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}}
  responses: {Failed: {description: Failed.}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {c: Cat}}
    Cat:
      allOf: [{$ref: '#/components/schemas/Dog'}, {type: object, required: [kind], default: {}}]
    Dog:
      type: object
      nullable: true
      properties:
        kind: {type: [string, 'null'], const: d}
        size: {type: integer, exclusiveMinimum: 0, maximum: 9, enum: [1, 2]}
        tags: {type: array, items: {anyOf: [{type: string}, {not: {type: number}}]}, minItems: 1}
      patternProperties: {'^x-': {type: string}}
      additionalProperties: {type: array, prefixItems: [{type: string}]}
      dependentSchemas: {size: {if: {minProperties: 1}, then: {required: [kind]}}}
"""
REPLACEMENTS: tuple[Any, ...] = (
    None, True, 7, "x", "#/components/schemas/Cat", [], [None], ["x"], {}, {"x": None},
    {"$ref": "#/components/schemas/Dog"}, {"$ref": "#/paths/~1items~1{id}"}, {"$ref": 5},
)  # fmt: skip


def pointers(node: Any, pointer: str = "") -> Iterator[str]:
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in children:
        yield join(pointer, key)
        if isinstance(value, (dict, list)):
            yield from pointers(value, join(pointer, key))


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_any_part_may_be_wrong(tmp_path: Path, version: str) -> None:
    """No replacement of any value leads to anything but a contract or its faults."""
    document = {"openapi": version, **yaml.safe_load(CONTRACT)}
    path = tmp_path / "contract.json"
    refused = 0
    # Every third pair: in a list of thirteen that is each replacement at each depth and kind.
    for pointer, replacement in islice(product(pointers(document), REPLACEMENTS), 0, None, 3):
        changed = copy.deepcopy(document)
        holder = find(changed, parent(pointer))
        key: Any = split(pointer)[-1]
        holder[int(key) if isinstance(holder, list) else key] = replacement
        path.write_text(json.dumps(changed), "utf-8")
        try:
            read(path)
        except ContractErrors:
            refused += 1
        except Exception as error:
            error.add_note(f"{replacement!r} at {pointer}")
            raise
    assert refused > 300
