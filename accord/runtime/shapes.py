"""The shape of a type: how the texts of a form become JSON before the type validates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from accord.runtime.declare import Shape
from accord.runtime.uploads import UploadFile

FILE = "file"
_SCALARS = {"int": "integer", "float": "number", "bool": "boolean", "none": "null"}
_ANY = None


def shape_of(adapter: TypeAdapter[Any]) -> Shape:
    """The shape of what `adapter` validates, as `accord.runtime.declare` has it.

    `"file"` is text that stands for one, None is anything. A type that contains itself has a shape
    that contains itself.
    """
    adapter.rebuild()
    return _Reader().read(adapter.core_schema)


def properties_of(shape: Shape) -> dict[str, Shape]:
    """The properties of an object, or those of any object in a union; `*` is any other."""
    if isinstance(shape, dict):
        return shape
    merged: dict[str, Shape] = {}
    for option in shape if isinstance(shape, tuple) else ():
        for name, inner in properties_of(option).items():
            merged[name] = one_of([merged[name], inner]) if name in merged else inner
    return merged


def one_of(shapes: Iterable[Shape]) -> Shape:
    """One shape, or several from the strictest to text, which takes everything."""
    flat: list[Shape] = []
    for shape in shapes:
        for option in shape if isinstance(shape, tuple) else (shape,):
            # By identity first: shapes may contain themselves.
            if not any(option is known or _is_same(option, known) for known in flat):
                flat.append(option)
    if _ANY in flat:
        return _ANY
    flat.sort(key=lambda shape: (shape == "string", shape == "number"))
    if not flat:
        return "string"
    return flat[0] if len(flat) == 1 else tuple(flat)


def _is_same(one: Shape, other: Shape) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one == other


class _Reader:
    """Reads pydantic's schema of a type."""

    def __init__(self) -> None:
        self._definitions: dict[str, Any] = {}
        self._models: dict[str, dict[str, Shape]] = {}

    def read(self, schema: Mapping[str, Any]) -> Shape:
        kind = schema["type"]
        match kind:
            case "definitions":
                self._definitions |= {each["ref"]: each for each in schema["definitions"]}
                return self.read(schema["schema"])
            case "definition-ref":
                return self.read(self._definitions[schema["schema_ref"]])
            case "model":
                return self._model(schema)
            case "nullable":
                return one_of((self.read(schema["schema"]), "null"))
            case "json-or-python":
                python = schema["python_schema"]
                if python["type"] == "is-instance" and python["cls"] is UploadFile:
                    return FILE
                return self.read(schema["json_schema"])
            case "list":
                return [self.read(schema["items_schema"])] if "items_schema" in schema else [_ANY]
            case "dict":
                values = schema.get("values_schema")
                return {"*": self.read(values) if values else _ANY}
            case "union":
                return one_of(
                    self.read(choice[0] if isinstance(choice, tuple) else choice)
                    for choice in schema["choices"]
                )
            case "tagged-union":
                return one_of(map(self.read, schema["choices"].values()))
            case "literal":
                return one_of(map(_json_type, schema["expected"]))
            case "enum":
                return one_of(_json_type(member.value) for member in schema["members"])
            case "any":
                return _ANY
        if "schema" in schema:
            return self.read(schema["schema"])
        return _SCALARS.get(kind, "string")

    def _model(self, schema: Mapping[str, Any]) -> Shape:
        # `ref` is there for every model that may be met again.
        key = schema.get("ref", "")
        if key and key in self._models:
            return self._models[key]
        content = schema["schema"]
        while content["type"] != "model-fields":
            if "schema" not in content or schema.get("root_model"):
                return self.read(content)
            content = content["schema"]
        shape: dict[str, Shape] = {}
        if key:
            self._models[key] = shape
        for name, field in content["fields"].items():
            shape[field.get("validation_alias", name)] = self.read(field["schema"])
        extras = content.get("extras_schema")
        if extras is not None:
            shape["*"] = self.read(extras)
        return shape


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {int: "integer", float: "number"}.get(type(value), "string")
