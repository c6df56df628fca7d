"""Schemas to Python types: for routes with constraints, for handlers without."""

from __future__ import annotations

import ast
from typing import Any

from accord.codegen.contents import Each, content_of, given
from accord.codegen.expressions import NULL, names_in, plain, spell, takes_none, union
from accord.codegen.imports import Imports
from accord.codegen.layout import call, literal
from accord.codegen.schemas import Schemas, bare, not_null, referenced, types_of
from accord.codegen.written import Written
from accord.runtime.declare import Shape
from accord.spec.ir import Media, Schema

_FROM_TEXT = {
    "date": "datetime.date",
    "date-time": "datetime.datetime",
    "time": "datetime.time",
}


class Types:
    """The types of one contract's schemas, spelled for one module.

    `imports` collects what the types need. `inside` is for `models.py` itself; elsewhere names of
    schemas have ``models.`` in front.
    """

    def __init__(
        self, schemas: Schemas, written: Written, imports: Imports, *, inside: bool = False
    ) -> None:
        self._schemas = schemas
        self._written = written
        self._imports = imports
        self._module = "" if inside else "models."

    def validated(self, schema: Schema) -> str:
        """With constraints: ``Annotated[int, Field(ge=1, le=100)]``."""
        return self.spell(self._written.type_of(schema))

    def plain(self, schema: Schema, *, optional: bool = False) -> str:
        """Without: ``int``, ``models.Category | None``. `optional` adds None."""
        return self.spell(_with_none(plain(self._written.type_of(schema)), optional))

    def content(self, media: Media) -> tuple[str, Each]:
        """The type of a media type's content, with constraints, and what it is of: see
        `accord.runtime.declare.Media`."""
        content = content_of(media, self._schemas, self._written)
        return self.spell(content.type), content.each

    def taken(self, media: tuple[Media, ...], *, optional: bool = False) -> str:
        """The plain type of a body of any of the media types."""
        contents = [content_of(one, self._schemas, self._written) for one in media]
        return self.spell(_with_none(plain(union(*(one.taken for one in contents))), optional))

    def given(self, media: tuple[Media, ...]) -> str:
        """The same of a reply that handlers give: what is bytes may come as a stream or file."""
        return self.spell(
            plain(given([content_of(x, self._schemas, self._written) for x in media]))
        )

    def shape(self, schema: Schema) -> Shape:
        """How text becomes JSON for this schema: see `accord.runtime.declare`."""
        if not bare(self._schemas.resolve(schema)):
            return ("string", ["string"])  # of anything, several values are an array
        return self._schemas.shape(schema)

    def has_default(self, schema: Schema) -> bool:
        """Whether a handler gets a value where a caller sent none."""
        return self._schemas.has_default(schema) and schema["default"] is not None

    def default(self, schema: Schema, value: Any) -> str:
        """A default as the value that a handler would get: an enum's member, a date …"""
        if isinstance(value, list):
            items = self._schemas.resolve(not_null(schema)).get("items", {})
            return "[" + ", ".join(self.default(items, item) for item in value) + "]"
        schema = not_null(schema)
        name = referenced(schema)
        resolved = self._schemas.resolve(schema)
        while name is not None and name not in self._written.enums:
            name = referenced(self._schemas.flat(name))
        if name is not None:
            members = self._written.enums[name].members
            for member, own in members.items():
                if own == value and type(own) is type(value):
                    self._use_models()
                    return f"{self._module}{name}.{member}"
        if isinstance(value, str):
            kind = resolved.get("format", "")
            if kind in _FROM_TEXT:
                return call(f"{self._imports.use(_FROM_TEXT[kind])}.fromisoformat", [repr(value)])
            if kind == "uuid":
                return call(self._imports.use("uuid.UUID"), [repr(value)])
            if kind == "binary":
                return repr(value.encode())
        if type(value) is int and "number" in types_of(resolved):
            return repr(float(value))
        if type(value) is float and "integer" in types_of(resolved):
            return repr(int(value))
        if isinstance(value, dict):
            target = referenced(schema)
            if target is not None:
                self._use_models()
                name = f"{self._module}{target}"
                if self._schemas.kind(target) == "object":
                    return call(f"{name}.model_validate", [literal(value)])
                adapter = call(self._imports.use("pydantic.TypeAdapter"), [name])
                return call(f"{adapter}.validate_python", [literal(value)])
        return literal(value)

    def spell(self, node: ast.expr) -> str:
        """A type as text of this module."""
        if any(names_in(node)):
            self._use_models()
        return spell(node, self._imports, module=self._module)

    def _use_models(self) -> None:
        if self._module:
            self._imports.use(".models")


def _with_none(node: ast.expr, optional: bool) -> ast.expr:
    return union(node, NULL) if optional and not takes_none(node) else node
