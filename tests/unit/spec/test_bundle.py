"""Many files become one self-contained document."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from accord.errors import ContractErrors
from accord.spec import read
from tests.unit.spec.conftest import Reader

PATHS = """
    paths:
      /items:
        $ref: parts/items.yaml#/~1items
    components:
      schemas:
        Item: {$ref: parts/item.yaml}
"""
ITEMS = """
    /items:
      parameters: [{$ref: 'params.yaml#/page%20size'}]
      get:
        operationId: listItems
        responses:
          '200':
            description: Done.
            headers: {X-Total: {$ref: 'params.yaml#/total'}}
            content:
              application/json:
                schema: {type: array, items: {$ref: item.yaml}}
                examples: {one: {$ref: 'params.yaml#/example'}}
          default: {$ref: 'params.yaml#/failed'}
"""
ITEM = """
    type: object
    properties:
      parent: {$ref: '#'}
      owner: {$ref: '#/$defs/owner'}
      sold: {$ref: '../contract.yaml#/components/schemas/Item/properties/parent'}
    $defs:
      owner: {type: object, properties: {name: {type: string}}}
"""
PARAMS = """
    page size: {name: size, in: query, schema: {type: integer}}
    total: {schema: {type: integer}}
    example: {value: [{$ref: not/a/file.yaml}]}
    failed: {description: Failed.}
"""
PARTS = {"parts__items": ITEMS, "parts__item": ITEM, "parts__params": PARAMS}


def test_external_objects_of_every_kind_are_taken_in(read_text: Reader) -> None:
    """Path items are put in place; schemas, parameters, headers, responses and examples become
    components, named after their pointer or file; an author's own alias keeps its name."""
    contract = read_text(PATHS, **PARTS)
    components = contract.document["components"]
    assert list(components["schemas"]) == ["Item", "owner"]
    assert list(components["parameters"]) == ["page_size"]
    assert list(components["headers"]) == ["total"]
    assert list(components["responses"]) == ["failed"]
    (operation,) = contract.operations
    assert operation.parameters[0].name == "size"
    assert [reply.status for reply in operation.replies] == ["200", "default"]
    item = {"$ref": "#/components/schemas/Item"}
    assert contract.schemas["Item"]["properties"] == {
        "parent": item,
        "owner": {"$ref": "#/components/schemas/Owner"},
        "sold": item,
    }


def test_every_reference_in_the_document_is_local(read_text: Reader, tmp_path: Path) -> None:
    """The bundled document, written to a file of its own, is the same contract."""
    contract = read_text(PATHS, **PARTS)
    text = json.dumps(contract.document)
    refs = set(re.findall(r'"\$ref": "([^"]+)"', text))
    assert {ref for ref in refs if not ref.startswith("#")} == {"not/a/file.yaml"}
    alone = tmp_path / "alone" / "contract.json"
    alone.parent.mkdir()
    alone.write_text(text, "utf-8")
    again = read(alone)
    assert again.operations == contract.operations
    assert again.schemas == contract.schemas


def test_a_reference_in_data_is_data(read_text: Reader) -> None:
    """`$ref` in example, examples, default, enum and const values is left as it is."""
    contract = read_text(
        """
        components:
          schemas:
            Thing:
              type: object
              example: {$ref: nowhere.yaml}
              examples: [{$ref: nowhere.yaml}]
              default: {$ref: nowhere.yaml}
              properties:
                kind: {enum: [{$ref: '#/nowhere'}, 2]}
                $ref: {const: {$ref: '#/nowhere'}}
        """
    )
    thing = contract.document["components"]["schemas"]["Thing"]
    assert thing["default"] == {"$ref": "nowhere.yaml"}
    assert contract.schemas["ThingKind"]["enum"] == [{"$ref": "#/nowhere"}, 2]
    assert contract.schemas["Thing"]["properties"]["$ref"]["const"] == {"$ref": "#/nowhere"}


def test_siblings_of_a_reference(read_text: Reader) -> None:
    """In 3.1 a schema's `$ref` and what stands beside it both hold; in 3.0 only texts and
    `nullable` do."""
    text = """
        components:
          schemas:
            Name: {type: string}
            Thing:
              type: object
              properties:
                name: {$ref: '#/components/schemas/Name', minLength: 3, description: Its name.}
    """
    new = read_text(text).schemas
    assert new["ThingName"]["allOf"] == [{"$ref": "#/components/schemas/Name"}]
    assert new["ThingName"]["minLength"] == 3
    old = read_text(text, version="3.0.3").schemas
    assert old["Thing"]["properties"]["name"] == {
        "$ref": "#/components/schemas/Name",
        "description": "Its name.",
    }


def test_anchors_and_ids_are_found(read_text: Reader) -> None:
    """`$anchor` and `$id` of the same file are resolved to where they stand."""
    contract = read_text(
        """
        components:
          schemas:
            Item: {$anchor: item, type: object}
            Order: {$id: 'https://example.com/order', type: object}
            Line:
              type: object
              properties:
                item: {$ref: '#item'}
                order: {$ref: 'https://example.com/order'}
        """
    )
    assert contract.schemas["Line"]["properties"] == {
        "item": {"$ref": "#/components/schemas/Item"},
        "order": {"$ref": "#/components/schemas/Order"},
    }


def test_faults_name_the_file_that_the_author_wrote(read_text: Reader) -> None:
    """What is wrong in a part is reported there, whatever stage finds it."""
    item = "type: object\nproperties:\n  size: {type: integer, default: big}\n"
    contract = read_text(PATHS, **PARTS | {"parts__item": item})
    (warning,) = contract.warnings
    assert (warning.file, warning.line) == ("parts/item.yaml", 3)
    assert warning.pointer == "/properties/size/default"
    broken = ITEMS.replace("operationId: listItems", "operationId: [listItems]")
    with pytest.raises(ContractErrors) as refused:
        read_text(PATHS, **PARTS | {"parts__items": broken})
    (fault,) = refused.value.faults
    assert (fault.file, fault.line) == ("parts/items.yaml", 5)


def test_a_syntax_error_in_a_part_is_reported_with_its_place(read_text: Reader) -> None:
    """A part that does not parse is named itself, and so is each place that needs it."""
    with pytest.raises(ContractErrors) as refused:
        read_text(PATHS, **PARTS | {"parts__item": "type: [object\n"})
    assert {fault.file for fault in refused.value.faults} == {
        "contract.yaml",
        "parts/item.yaml",
        "parts/items.yaml",
    }


def test_the_digest_tells_any_change_of_any_file(read_text: Reader) -> None:
    """The digest is that of all files, and the same wherever they are."""
    first = read_text(PATHS, **PARTS).digest
    assert read_text(PATHS, **PARTS).digest == first
    assert read_text(PATHS, **PARTS | {"parts__item": ITEM + "# more\n"}).digest != first
