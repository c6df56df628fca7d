"""Which operation a request calls, and whether callers see the same of it in two contracts."""

from __future__ import annotations

import copy
from typing import Any

from accord.gates.operations import Operations

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/items/{id}": {"get": {"operationId": "getItem", "responses": {}}},
        "/items/best": {
            "get": {
                "operationId": "getBest",
                "description": "The best.",
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Item"}}
                        }
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Item": {
                "type": "object",
                "properties": {
                    "description": {"type": "string"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
                },
            }
        }
    },
}


def test_concrete_paths_come_before_templated_ones() -> None:
    """A query does not count; what no operation has is named as it is."""
    operations = Operations(DOCUMENT)
    assert operations.of("GET", "/items/best?x=1") == "GET /items/best (getBest)"
    assert operations.of("GET", "/items/7") == "GET /items/{id} (getItem)"
    assert operations.of("PUT", "/items/7") == "PUT /items/7"


def test_wording_is_not_seen_and_schemas_are() -> None:
    """Through references, circular ones too; a property called `description` is no wording."""
    before = Operations(DOCUMENT).digests()
    reworded = copy.deepcopy(DOCUMENT)
    reworded["paths"]["/items/best"]["get"]["description"] = "Better."
    assert Operations(reworded).digests() == before
    changed = copy.deepcopy(DOCUMENT)
    changed["components"]["schemas"]["Item"]["properties"]["description"]["maxLength"] = 9
    after = Operations(changed).digests()
    assert after["GET /items/best"] != before["GET /items/best"]
    assert after["GET /items/{id}"] == before["GET /items/{id}"]
