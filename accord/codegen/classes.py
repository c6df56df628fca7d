"""`models.py`: enums, models and aliases, each after what it needs to be there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from accord.codegen.beyond import Rules, annotated
from accord.codegen.expressions import (
    names_in,
    spell,
    subscript,
    union,
)
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, literal, module
from accord.codegen.schemas import Schemas
from accord.codegen.types import Types
from accord.codegen.written import Written
from accord.spec.ir import Contract, Schema

RULES_FILE = "schemas.json"
_RULES, _SCHEMA = "_SCHEMAS", "accord.runtime.schema"
_OMITTABLE, _ABSENT = "accord.runtime.Omittable", "accord.runtime.Absent"


def render_models(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The module of all named schemas of `contract`."""
    classes = _Classes(schemas, written)
    blocks = [classes.render(name) for name in classes.in_order()]
    rules = classes.rules_line()
    title = f"The schemas of {contract.title}."
    return module(source, title, classes.imports.lines(), rules, *blocks)


class _Classes:
    def __init__(self, schemas: Schemas, written: Written) -> None:
        self.imports = Imports()
        self._schemas = schemas
        self._written = written
        self._rules = Rules(schemas)
        self._types = Types(schemas, written, self.imports, inside=True)
        self._place = {name: index for index, name in enumerate(schemas.named)}.__getitem__
        self._defined: set[str] = set()

    def in_order(self) -> Iterator[str]:
        """Contract order, but for what a definition needs at once: it comes before."""
        done: set[str] = set()
        for start in self._schemas.named:
            stack = [(start, iter(self._needs(start)))] if start not in done else []
            done.add(start)
            while stack:
                name, needs = stack[-1]
                needed = next((need for need in needs if need not in done), None)
                if needed is not None:
                    done.add(needed)
                    stack.append((needed, iter(self._needs(needed))))
                else:
                    stack.pop()
                    yield name

    def rules_line(self) -> str:
        """Where the schemas are that pydantic alone cannot enforce; empty where there are none."""
        if not self._rules.names:
            return ""
        file = f'{self.imports.use("pathlib.Path")}(__file__).with_name("{RULES_FILE}")'
        return f"{_RULES} = {self.imports.use(f'{_SCHEMA}.Schemas')}({file})"

    def render(self, name: str) -> str:
        self._defined.add(name)
        schema = self._schemas.flat(name)
        text = str(schema.get("description", ""))
        if name in self._written.enums:
            return self._enum(name, text)
        if name in self._written.models:
            return self._model(name, schema, text)
        return self._alias(name, schema, text)

    def _needs(self, name: str) -> list[str]:
        """What must be defined before `name`: an alias' members, the enums of defaults."""
        if self._schemas.kind(name) == "alias":
            mentioned = set(names_in(self._written.type_of(self._schemas.flat(name))))
            return sorted(mentioned, key=self._place)
        if name not in self._written.models:
            return []
        properties = self._schemas.flat(name).get("properties", {})
        return [
            needed
            for wire, (_, node) in self._written.models[name].fields.items()
            if self._schemas.has_default(properties[wire])
            for needed in names_in(node)
            if needed not in self._written.models
        ]

    def _enum(self, name: str, text: str) -> str:
        enumeration = self._written.enums[name]
        base = self.imports.use(f"enum.{enumeration.base}")
        members = [
            f"    {member} = {literal(value)}" for member, value in enumeration.members.items()
        ]
        head = f"class {name}({base}):"
        return "\n".join([*self._marks(name), head, *_body(docstring(text), "\n".join(members))])

    def _marks(self, name: str) -> list[str]:
        """The decorator of a class that pydantic alone cannot hold to its schema."""
        if name not in self._rules.names:
            return []
        return [f"@{self.imports.use(f'{_SCHEMA}.conforms')}({_RULES}, {name!r})"]

    def _alias(self, name: str, schema: Schema, text: str) -> str:
        node = self._written.type_of(schema)
        mentioned = set(names_in(node))
        if name in self._rules.names:
            rule = ast.Call(
                ast.Name(f"{_SCHEMA}.Conforms"), [ast.Name(_RULES), ast.Constant(name)], []
            )
            node = annotated(node, rule)
        value = spell(node, self.imports)
        alias = self.imports.use("typing_extensions.TypeAliasType")
        if not mentioned <= self._defined - {name}:
            value = repr(value)  # it contains itself
        definition = f"{name} = {alias}({name!r}, {value})"
        note = docstring(text, indent=0)
        return f"{definition}\n{note}" if note else definition

    def _model(self, name: str, schema: Schema, text: str) -> str:
        base = self.imports.use("accord.runtime.Model")
        lines = [f"class {name}({base}):", *_body(docstring(text), self._extras(name, schema))]
        required = set(schema.get("required", ()))
        properties: Mapping[str, Schema] = schema.get("properties", {})
        fields = self._written.models[name].fields
        for wire, own in properties.items():
            python_name, node = fields[wire]
            lines.append(self._field(wire, python_name, node, own, wire in required))
            if note := docstring(str(own.get("description", ""))):
                lines.append(note)
        if len(lines) == 1:
            lines.append("    pass")
        return "\n".join([*self._marks(name), *lines])

    def _extras(self, name: str, schema: Schema) -> str:
        """What becomes of properties that the schema does not name; they are ignored unless it
        speaks of them, or has variants that may."""
        extra: Any = schema.get("additionalProperties")
        if "patternProperties" in schema:
            extra = True  # which of them may be there is for the validator to say
        is_open = (
            schema.get("anyOf")
            or schema.get("oneOf")
            or name in (self._rules.open | self._rules.names)
        )
        if extra is None and not is_open:
            return ""
        config = self.imports.use("pydantic.ConfigDict")
        if extra is False:
            return f'    model_config = {config}(extra="forbid")\n'
        line = f'    model_config = {config}(extra="allow")\n'
        if not isinstance(extra, Mapping) or not extra:
            return line
        field = self.imports.use("pydantic.Field")
        values = subscript("dict", ast.Name("str"), self._written.type_of(extra))
        text = spell(values, self.imports)
        return f"{line}    __pydantic_extra__: {text} = {field}(init=False)\n"

    def _field(
        self, wire: str, python_name: str, node: ast.expr, schema: Schema, required: bool
    ) -> str:
        name = f"{python_name}_" if python_name in self.imports.prefixes else python_name
        options = [] if name == wire else [ast.keyword("alias", ast.Constant(wire))]
        if schema.get("deprecated"):
            options.append(ast.keyword("deprecated", ast.Constant(True)))
        nullable = self._schemas.accepts_null(schema)
        default = ""
        if required:
            pass
        elif self._schemas.has_default(schema):
            default = self._default(schema)
        elif nullable:
            node = union(node, ast.Name(_ABSENT))
            default = f" = {self.imports.use('accord.runtime.ABSENT')}"
        else:
            node = subscript(_OMITTABLE, node)
            default = " = None"
        if options:
            node = subscript(
                "typing.Annotated", node, ast.Call(ast.Name("pydantic.Field"), [], options)
            )
        return f"    {name}: {spell(node, self.imports)}{default}"

    def _default(self, schema: Schema) -> str:
        value = schema["default"]
        text = self._types.default(schema, value)
        if not isinstance(value, (list, dict)):
            return f" = {text}"
        # A mutable value belongs to one instance.
        factory = {"[]": "list", "{}": "dict"}.get(text, f"lambda: {text}")
        return f" = {self.imports.use('pydantic.Field')}(default_factory={factory})"


def _body(*parts: str) -> list[str]:
    return [part for part in parts if part]
