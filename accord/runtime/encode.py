"""Values as JSON text, by type.

pydantic-core writes JSON field by field through the schema. Where a type is made of nothing but
models, arrays and the usual scalars, msgspec writes the very same text from the models'
attributes, at a third of the cost. Everything else stays pydantic's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec
from pydantic import TypeAdapter

from accord.runtime.model import ABSENT, is_none

Encoder = Callable[[Any], bytes]
Members = Callable[[Any], Mapping[str, Any]]
"""The properties of a model that are written, by their names on the wire."""

# By pydantic's names. Those that both write alike: not bytes, time, timedelta or decimals.
_SCALARS = frozenset(
    "str int float bool none uuid datetime date literal missing-sentinel".split()  # noqa: SIM905
)
_WRAPPERS = frozenset(("nullable", "default", "function-before", "function-after", "function-wrap"))
_NEVER = object()


def json_encoder(type_: Any) -> Encoder:
    """Writes values of `type_`, by alias and without what is absent."""
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    adapter.rebuild()
    by_schema: Encoder = partial(adapter.serializer.to_json, by_alias=True)
    found = _Models()
    if not found.are_all_in(adapter.core_schema):
        return by_schema
    models = found.members

    def attributes(value: Any) -> Mapping[str, Any]:
        return models[type(value)](value)

    by_value = msgspec.json.Encoder(enc_hook=attributes).encode
    whole = models.get(type_)

    def write(value: Any) -> bytes:
        try:
            # msgspec would ask for these, too, by way of the hook.
            return by_value(value if whole is None or type(value) is not type_ else whole(value))
        except Exception:
            # A subclass, a number beyond 64 bits, something that is not of the type at all.
            return by_schema(value)

    return write


class _Models:
    """Reads pydantic's schema of a type: finds its models, and whether there is more to it."""

    def __init__(self) -> None:
        self.members: dict[type, Members] = {}
        self._definitions: dict[str, Any] = {}
        self._seen: set[str] = set()

    def are_all_in(self, schema: Mapping[str, Any]) -> bool:
        """Whether nothing in `schema` is written in a way of its own."""
        if "serialization" in schema:
            return False
        kind = schema["type"]
        if kind in _SCALARS:
            return True
        if kind in _WRAPPERS:
            return self.are_all_in(schema["schema"])
        match kind:
            case "enum":
                return all(type(member.value) in (str, int) for member in schema["members"])
            case "json-or-python":
                return self.are_all_in(schema["json_schema"])
            case "list":
                return "items_schema" in schema and self.are_all_in(schema["items_schema"])
            case "dict":
                keys, values = schema.get("keys_schema"), schema.get("values_schema")
                return bool(keys and values and keys["type"] == "str" and self.are_all_in(values))
            case "union":
                return self._are_all(
                    choice[0] if isinstance(choice, tuple) else choice
                    for choice in schema["choices"]
                )
            case "tagged-union":
                return self._are_all(schema["choices"].values())
            case "definitions":
                self._definitions |= {each["ref"]: each for each in schema["definitions"]}
                return self.are_all_in(schema["schema"])
            case "definition-ref":
                return self._is_definition(schema["schema_ref"])
            case "model":
                return self._is_model(schema)
        return False

    def _are_all(self, schemas: Iterable[Mapping[str, Any]]) -> bool:
        return all(map(self.are_all_in, schemas))

    def _is_definition(self, reference: str) -> bool:
        if reference in self._seen:
            return True
        self._seen.add(reference)
        return self.are_all_in(self._definitions[reference])

    def _is_model(self, schema: Mapping[str, Any]) -> bool:
        content, config = schema["schema"], schema.get("config", {})
        if (
            content["type"] != "model-fields"
            or schema.get("root_model")
            or content.get("computed_fields")
            or "serialization" in content
            or config.get("extra_fields_behavior") == "allow"
            or any(name.startswith("ser_json") for name in config)
        ):
            return False
        properties: list[tuple[str, str, object]] = []
        for name, field in content["fields"].items():
            condition = field.get("serialization_exclude_if")
            if field.get("serialization_exclude") or condition not in (None, is_none):
                return False
            gone = None if condition else _NEVER
            if field["schema"].get("default") is ABSENT:
                gone = ABSENT
            properties.append((name, field.get("serialization_alias", name), gone))
        self.members[schema["cls"]] = _members(properties)
        return self._are_all(field["schema"] for field in content["fields"].values())


def _members(properties: list[tuple[str, str, object]]) -> Members:
    """`properties`: attribute, name on the wire, and the value that is left out."""
    optional = [(name, gone) for name, _, gone in properties if gone is not _NEVER]
    renamed = any(name != wire for name, wire, _ in properties)

    def chosen(model: Any) -> Mapping[str, Any]:
        values = model.__dict__
        return {wire: values[name] for name, wire, gone in properties if values[name] is not gone}

    def usually_all(model: Any) -> Mapping[str, Any]:
        values: Mapping[str, Any] = model.__dict__
        for name, gone in optional:
            if values[name] is gone:
                return chosen(model)
        return values

    if renamed:
        return chosen
    return usually_all if optional else attrgetter("__dict__")
