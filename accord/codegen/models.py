"""Types, enums and field names, by datamodel-code-generator: the one file that calls it.

What it writes is never used as it is. It is parsed, read back strictly (anything unexpected is
an error, so nothing of a contract's text can become code), and held against the IR.
"""

from __future__ import annotations

import ast
import keyword
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType, OpenAPIScope
from datamodel_code_generator.format import PythonVersion

from accord.codegen.beyond import finished
from accord.codegen.expressions import Reader
from accord.codegen.prepare import VALUES, Prepared
from accord.codegen.schemas import Schemas
from accord.codegen.verify import differences
from accord.codegen.written import Enumeration, Model, Written
from accord.errors import AccordError, ContractErrors
from accord.spec.ir import Contract, Schema
from accord.spec.names import Wish, resolve, snake

_LOOKS_LIKE_A_DIGIT = frozenset(("I", "O"))
_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum"})
_SETTINGS: Mapping[str, Any] = {
    "input_file_type": InputFileType.OpenAPI,
    "output_model_type": DataModelType.PydanticV2BaseModel,
    "target_python_version": PythonVersion.PY_311,
    "openapi_scopes": [OpenAPIScope.Schemas],
    "base_class": "accord.runtime.Model",
    "use_annotated": True,
    "field_constraints": True,
    "strict_nullable": True,
    "use_missing_sentinel": True,
    "use_standard_collections": True,
    "use_union_operator": True,
    "use_type_alias": True,
    "use_exact_imports": True,
    "use_one_literal_as_default": False,
    "use_specialized_enum": True,
    "snake_case_field": True,
    "keep_model_order": True,
    "disable_timestamp": True,
    "formatters": [],
}


def write_models(contract: Contract, schemas: Schemas, inline: Iterable[Schema]) -> Written:
    """The types of all named schemas and of the `inline` ones.

    Raises `ContractErrors` where a schema did not become what the IR says, `AccordError` where
    the generator itself fails.
    """
    prepared = Prepared(schemas, inline)
    try:
        code = write_with_generator(prepared)
    except AccordError as error:
        raise AccordError(f"{contract.source}: {error}") from error
    written = _Reading(contract, prepared, code).read()
    faults = list(differences(contract, schemas, written))
    if faults:
        raise ContractErrors(faults)
    return written


def write_with_generator(prepared: Prepared) -> str:
    """What datamodel-code-generator writes, not yet looked at. Raises `AccordError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = generate(prepared.document, **_SETTINGS)
    except Exception as error:
        raise AccordError(f"datamodel-code-generator stopped: {error!r:.500}") from error
    if not isinstance(code, str):
        raise AccordError("datamodel-code-generator wrote no module")
    return code


class _Reading:
    """Reads back the module that was written for `prepared`."""

    def __init__(self, contract: Contract, prepared: Prepared, code: str) -> None:
        self._contract = contract
        self._prepared = prepared
        self._schemas = prepared.schemas
        try:
            self._module = ast.parse(code)
        except SyntaxError as error:
            raise AccordError(
                f"{contract.source}: datamodel-code-generator wrote what is not Python"
                f" (line {error.lineno}: {error.msg})"
            ) from error

    def read(self) -> Written:
        imports: dict[str, str] = {}
        classes: dict[str, ast.ClassDef] = {}
        for node in self._module.body:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.ClassDef):
                classes[node.name] = node
            elif not _is_alias_or_rebuild(node):
                raise self._unexpected(node)
        written = Written(self._prepared)
        values = dict(self._fields(classes.pop(VALUES))) if VALUES in classes else {}
        reader = Reader(
            imports,
            self._prepared.classes,
            {f"V{key[1:]}": annotation for key, (_, annotation) in values.items()},
            lambda name, node: finished(node, self._prepared.values[f"v{name[1:]}"]),
        )
        try:
            for name, node in classes.items():
                self._read_class(name, node, imports, reader, written)
            for wire in values:
                written.values[wire] = reader.read(ast.Name(f"V{wire[1:]}"))
        except ValueError as error:
            raise AccordError(f"{self._contract.source}: {error}") from error
        return written

    def _read_class(
        self,
        opaque: str,
        node: ast.ClassDef,
        imports: Mapping[str, str],
        reader: Reader,
        written: Written,
    ) -> None:
        name = self._prepared.classes.get(opaque)
        if name is None or len(node.bases) != 1:
            raise self._unexpected(node)
        base = ast.unparse(node.bases[0])
        if imports.get(base) == f"enum.{base}" and base in _ENUMS:
            names = member_names(self._schemas.flat(name))
            members = dict(zip(names, self._members(node), strict=False))
            written.enums[name] = Enumeration(name, base, members)
        elif imports.get(base) == "accord.runtime.Model":
            fields = {
                wire: (python_name, reader.read(annotation))
                for wire, (python_name, annotation) in self._fields(node)
            }
            properties = self._schemas.flat(name).get("properties", {})
            if "" in properties and "" not in fields:
                fields[""] = fields.pop("field_")  # it writes no alias that is empty
            for wire in fields.keys() & properties.keys():
                python_name, type_ = fields[wire]
                fields[wire] = (python_name, finished(type_, properties[wire]))
            written.models[name] = Model(name, fields)
        else:
            raise self._unexpected(node)

    def _members(self, node: ast.ClassDef) -> Iterator[Any]:
        for statement in node.body:
            match statement:
                case ast.Assign(targets=[ast.Name()], value=value):
                    yield ast.literal_eval(value)
                case _:
                    raise self._unexpected(statement)

    def _fields(self, node: ast.ClassDef) -> Iterator[tuple[str, tuple[str, ast.expr]]]:
        """Each property, as on the wire, with its Python name and what was written for it."""
        for statement in node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=python_name), annotation=annotation):
                    yield _alias(annotation) or python_name, (python_name, annotation)
                case ast.Assign(targets=[ast.Name(id="model_config")]) | ast.Pass():
                    continue
                case _:
                    raise self._unexpected(statement)

    def _unexpected(self, node: ast.stmt) -> AccordError:
        return AccordError(
            f"{self._contract.source}: datamodel-code-generator wrote what accord does not"
            f" expect: {ast.unparse(node)!r:.200}"
        )


def member_names(schema: Schema) -> list[str]:
    """Names of an enum's members: the author's (`x-enum-varnames`) if all can be used, else made
    from the values."""
    values = schema["enum"]
    given = [str(name) for name in schema.get("x-enum-varnames", schema.get("x-enumNames", ()))]
    usable = [
        name
        for name in given
        if name.isidentifier() and not name.startswith("_") and name.lower() != "mro"
    ]
    if len({name.casefold() for name in usable}) == len(given) == len(values):
        return [f"{name}_" if keyword.iskeyword(name) else name for name in usable]
    wishes = [
        Wish(str(index), (snake(str(value), "value").rstrip("_"),))
        for index, value in enumerate(values)
    ]
    # `I` and `O` are taken for digits; linters refuse them.
    names = [name.upper() for name in resolve(wishes).values()]
    return [f"{name}_" if name in _LOOKS_LIKE_A_DIGIT else name for name in names]


def _is_alias_or_rebuild(node: ast.stmt) -> bool:
    """Whether a statement only stands for a name that accord itself writes, or does nothing."""
    match node:
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeAliasType"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="model_rebuild"))):
            return True
    return False


def _alias(annotation: ast.expr) -> str | None:
    """The name on the wire, where `Field(alias=…)` gives one."""
    for node in ast.walk(annotation):
        match node:
            case ast.keyword(arg="alias", value=ast.Constant(value=str(alias))):
                return alias
    return None
