"""What pydantic cannot say of a schema, and formats: the runtime's own checks."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from accord.runtime import Model, Omittable, formats
from accord.runtime.schema import UNIQUE, Conforms, Schemas, conforms

NODE = {
    "type": "object",
    "minProperties": 2,
    "dependentRequired": {"until": ["name"]},
    "properties": {
        "child": {"$ref": "#/$defs/Node"},
        "until": {"type": "string", "format": "date"},
    },
}


@pytest.fixture
def node(tmp_path: Path) -> Any:
    path = tmp_path / "schemas.json"
    path.write_text(json.dumps({"Node": NODE}), "utf-8")
    schemas = Schemas(path)

    @conforms(schemas, "Node")
    class Node(Model):
        name: Omittable[str] = None
        until: Omittable[formats.Date] = None
        tags: Omittable[Annotated[list[str], UNIQUE]] = None
        child: Omittable[Any] = None

    return Node


def places(model: Any, text: str) -> list[tuple[Any, str]]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate_json(text, strict=True)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def test_a_model_conforms_to_its_schema(node: Any) -> None:
    """Keywords of the whole object, with the place below it."""
    assert places(node, '{"name": "a"}') == [((), "minProperties")]
    assert places(node, '{"until": "2025-01-01", "x": 1}') == [(("name",), "missing")]
    assert places(node, '{"name": "a", "child": {}}') == [(("child",), "minProperties")]


def test_what_conforms_is_validated_as_ever(node: Any) -> None:
    """Dates come out as dates, though the check saw them as text."""
    made = node.model_validate_json('{"name": "a", "until": "2025-01-01"}', strict=True)
    assert made.until == dt.date(2025, 1, 1)


def test_what_the_application_makes_is_checked_as_what_it_is_on_the_wire(node: Any) -> None:
    """A date is the text that it is written as."""
    node(name="a", until=dt.date(2025, 1, 1))
    with pytest.raises(ValidationError, match="less than 2 properties"):
        node(name="a")


def test_items_differ(node: Any) -> None:
    """`uniqueItems`, at the array."""
    assert places(node, '{"name": "a", "tags": ["b", "b"]}') == [(("tags",), "uniqueItems")]


def test_messages_do_not_repeat_what_was_sent() -> None:
    """The value is where pydantic keeps it, which no answer shows."""
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[Any, Conforms.to({"maxLength": 3})])
    with pytest.raises(ValidationError) as caught:
        adapter.validate_json('"secret"')
    assert caught.value.errors()[0]["input"] == "secret"
    assert "secret" not in caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (formats.Date, "2025-03-14", dt.date(2025, 3, 14)),
        (
            formats.DateTime,
            "2025-03-14T01:02:03Z",
            dt.datetime(2025, 3, 14, 1, 2, 3, tzinfo=dt.UTC),
        ),
        (formats.Time, "01:02:03Z", dt.time(1, 2, 3, tzinfo=dt.UTC)),
        (
            formats.Uuid,
            "3be6453c-03eb-4357-ae5a-984a0e574a54",
            UUID(int=0x3BE6453C03EB4357AE5A984A0E574A54),
        ),
        (formats.Email, "a@example.com", "a@example.com"),
        (formats.Uri, "https://example.com/", "https://example.com/"),
    ],
)
def test_formats_are_read_from_text(type_: Any, text: str, value: object) -> None:
    """From JSON in strict mode, and from the text of a parameter."""
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    assert adapter.validate_json(json.dumps(text), strict=True) == value
    assert adapter.validate_python(text) == value
    assert adapter.validate_python(value) == value


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (formats.Date, "0"),
        (formats.Date, "20250314"),
        (formats.DateTime, "2025-03-14"),
        (formats.DateTime, "2025-03-14T01:02:03"),
        (formats.Uuid, "3be6453c03eb4357ae5a984a0e574a54"),
        (formats.Email, "a"),
        (formats.Uri, "a b"),
        (formats.Ipv4, "1.2.3"),
    ],
)
def test_what_is_not_written_so_is_refused(type_: Any, text: str) -> None:
    """Though pydantic alone would take some of it."""
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    for attempt in (adapter.validate_python, lambda text: adapter.validate_json(json.dumps(text))):
        with pytest.raises(ValidationError, match="should be written as"):
            attempt(text)


@pytest.mark.parametrize("number", [-(2**31) - 1, 2**31])
def test_int32_ends(number: int) -> None:
    """A format of numbers is a range."""
    with pytest.raises(ValidationError):
        TypeAdapter(formats.Int32).validate_python(number)
