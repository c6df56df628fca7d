"""What `read` makes of operations, and what `discover` finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import ContractErrors
from accord.spec import discover, read
from tests.unit.spec.conftest import Reader

DONE = "responses: {'200': {description: Done.}}"


def test_contracts_are_found_by_convention(tmp_path: Path) -> None:
    """Served contracts come first; parts, releases and other files are none."""
    for name in ("store/v2.yaml", "store/v10.yml", "downstream/payments.json", "store/parts.yaml"):
        path = tmp_path / "openapi" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "openapi/released/store/v1").mkdir(parents=True)
    (tmp_path / "openapi/approvals.yaml").touch()
    assert [(source.name, source.kind) for source in discover(tmp_path)] == [
        ("store/v10", "served"),
        ("store/v2", "served"),
        ("downstream/payments", "called"),
    ]


def test_a_contract_is_named_by_its_place(tmp_path: Path) -> None:
    """Below `openapi` the convention names it, elsewhere its file does; paths are the base's."""
    path = tmp_path / "openapi" / "store" / "v2.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("openapi: 3.1.0\ninfo: {title: Store, version: 1.2.3}\n", "utf-8")
    contract = read(path, base=tmp_path)
    assert (contract.name, contract.source) == ("store/v2", "openapi/store/v2.yaml")
    assert (contract.title, contract.release, contract.operations) == ("Store", "1.2.3", ())
    assert read(path).name == "v2"
    assert read(path, name="mine").name == "mine"


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    """A contract that is not there is refused like any other that is wrong."""
    with pytest.raises(ContractErrors, match="No such file"):
        read(tmp_path / "none.yaml")


def test_operations_have_everything_in_place(read_text: Reader) -> None:
    """Path-level parameters are merged, overridden ones replaced; references are followed."""
    contract = read_text(
        """
        servers: [{url: 'https://{host}.example.com/{base}/', variables: {
          host: {default: api}, base: {default: v1}}}]
        tags: [{name: Orders}, {name: items, description: Things.}, {name: unused}]
        security: [{key: []}]
        paths:
          /items/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: view, in: query, schema: {type: string}}
              - {name: Accept, in: header, schema: {type: string}}
            get:
              operationId: getItem
              tags: [items, Orders]
              parameters:
                - {name: view, in: query, schema: {enum: [a, b]}}
                - {name: id, in: query, schema: {type: integer}}
              responses:
                '200':
                  description: Done.
                  headers: {ETag: {schema: {type: string}}, Content-Type: {schema: {}}}
                  content: {'application/json; charset=utf-8': {schema: {type: object}}}
                  links: {next: {$ref: '#/components/links/Next'}}
                4xx: {description: Wrong.}
            put:
              security: [{}, {key: []}]
              requestBody: {$ref: '#/components/requestBodies/Thing'}
              responses: {'204': {description: Done.}}
          /orders:
            get:
              tags: [Orders]
              security: []
              x-accord-deprecated: true
              x-other: 1
              responses: {default: {description: Done.}}
        components:
          links: {Next: {operationId: getItem}}
          requestBodies:
            Thing: {required: true, content: {application/json: {schema: {type: object}}}}
          securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
        """
    )
    get, put, orders = contract.operations
    assert (get.id, get.method, get.path) == ("getItem", "GET", "/v1/items/{id}")
    assert [(p.python_name, p.location, p.name) for p in get.parameters] == [
        ("id", "path", "id"),
        ("view", "query", "view"),
        ("id_query", "query", "id"),
    ]
    assert get.parameters[1].schema == {"$ref": "#/components/schemas/View"}
    assert get.security == ({"key": ()},)
    assert (put.id, put.python_name) == ("putItemsById", "put_items_by_id")
    assert put.security == ({}, {"key": ()})
    assert put.body is not None
    assert put.body.media[0].schema == {"$ref": "#/components/schemas/ThingRequest"}
    assert orders.security == ()
    assert orders.extensions == {"x-accord-deprecated": True}
    assert [tag.name for tag in contract.tags] == ["Orders", "items", "default"]
    assert get.tag.protocol == "ItemsHandler"
    ok, wrong = get.replies
    assert wrong.status == "4XX"
    assert [(header.name, header.python_name) for header in ok.headers] == [("ETag", "etag")]
    assert ok.media[0].type == "application/json"
    assert ok.media[0].schema == {"$ref": "#/components/schemas/GetItemResponse200"}
    assert ok.links == {"next": {"operationId": "getItem"}}


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("/", ""),
        ("https://api.example.com", ""),
        ("https://api.example.com/v1/", "/v1"),
        ("/api//v1", "/api/v1"),
        ("v1", "/v1"),
        ("https://[bad", ""),
    ],
)
def test_the_first_server_gives_the_base_path(read_text: Reader, url: str, prefix: str) -> None:
    """Only the path of the server's URL counts."""
    contract = read_text(f"servers: [{{url: '{url}'}}]\npaths: {{/items: {{get: {{{DONE}}}}}}}\n")
    assert contract.operations[0].path == f"{prefix}/items"


def test_fragments_are_stripped_and_repeats_flagged(read_text: Reader) -> None:
    """`/files#copy` is `/files`; what then repeats a method and path is not addressable."""
    contract = read_text(
        f"""
        paths:
          /files: {{post: {{operationId: make, {DONE}}}}}
          /files#copy: {{post: {{operationId: copy, {DONE}}}, put: {{operationId: set, {DONE}}}}}
        """
    )
    assert [operation.path for operation in contract.operations] == ["/files"] * 3
    assert contract.not_addressable == ("copy",)


def test_parameters_never_hide_what_handlers_need(read_text: Reader) -> None:
    """`self`, `body` and `principal`, keywords and names that are alike become others."""
    names = ("self", "body", "principal", "class", "page-size", "page_size", "pageSize")
    parameters = ", ".join(f"{{name: {n}, in: query, schema: {{}}}}" for n in names)
    contract = read_text(f"paths: {{/items: {{get: {{parameters: [{parameters}], {DONE}}}}}}}")
    assert [parameter.python_name for parameter in contract.operations[0].parameters] == [
        "self_query",
        "body_query",
        "principal_query",
        "class_",
        "page_size",
        "page_size_query",
        "page_size_query2",
    ]


def test_a_scheme_that_nobody_describes_keeps_the_operation_closed(read_text: Reader) -> None:
    """Where a contract declares no security schemes at all, the Authorization header is it."""
    contract = read_text(f"paths: {{/items: {{get: {{security: [{{key: []}}], {DONE}}}}}}}")
    (scheme,) = contract.schemes
    assert (scheme.name, scheme.location, scheme.parameter) == ("key", "header", "Authorization")
    assert contract.operations[0].security == ({"key": ()},)


def test_names_do_not_depend_on_what_is_added_after(read_text: Reader) -> None:
    """Reading the same text twice gives the same contract."""
    text = f"paths: {{/items: {{get: {{{DONE}}}}}}}"
    assert read_text(text) == read_text(text)


def test_a_path_may_be_another_one_again(read_text: Reader) -> None:
    """A path item that refers to another path's gives operations with ids of their own."""
    contract = read_text(
        f"""
        paths:
          /old: {{$ref: '#/paths/~1new'}}
          /new: {{get: {{operationId: listItems, {DONE}}}}}
        """
    )
    assert [(each.path, each.id, each.python_name) for each in contract.operations] == [
        ("/old", "listItems", "list_items"),
        ("/new", "listItems2", "list_items2"),
    ]
