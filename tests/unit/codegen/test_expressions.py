"""Types are read strictly and spelled with the imports that they need."""

from __future__ import annotations

import ast

import pytest

from accord.codegen.expressions import Reader, plain, spell
from accord.codegen.imports import Imports

IMPORTS = {
    "Annotated": "typing.Annotated",
    "Any": "typing.Any",
    "Field": "pydantic.Field",
    "MISSING": "pydantic.experimental.missing_sentinel.MISSING",
    "Literal": "typing.Literal",
    "date_aliased": "datetime.date",
    "compile": "re.compile",
    "system": "os.system",
}


def read(text: str) -> ast.expr:
    """`text` as datamodel-code-generator might write it."""
    reader = Reader(IMPORTS, {"S0": "Item"}, {"V0": ast.parse("str | None", mode="eval").body})
    return reader.read(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("S0 | MISSING", "models.Item"),
        ("None | int | MISSING", "int | None"),
        ("list['S0']", "list[models.Item]"),
        ("date_aliased", "dt.date"),
        ("dict[str, V0]", "dict[str, str | None]"),
        ("Annotated[str | None | MISSING, Field(max_length=3, alias='x')]",
         "Annotated[str, Field(max_length=3)] | None"),
        ("Annotated[str | MISSING, Field(alias='x')]", "str"),
        ("Annotated[str, Field(pattern=compile('^(?!a)'))]",
         "Annotated[str, Field(pattern=re.compile('^(?!a)'))]"),
        ("Literal['a', 'b']", "Literal['a', 'b']"),
        ("Any | None", "Any"),
    ],
)  # fmt: skip
def test_types_are_read_and_spelled(written: str, spelled: str) -> None:
    """Absence is left out, constraints go to what they constrain, null comes last."""
    assert spell(read(written), Imports(), module="models.") == spelled


@pytest.mark.parametrize("text", ["system", "system('x')", "__import__('os')", "S1", "x.y"])
def test_what_is_not_known_is_refused(text: str) -> None:
    """A name that is not ours, a call, an attribute: never passed on."""
    with pytest.raises(ValueError, match="datamodel-code-generator wrote"):
        read(text)


def test_patterns_that_no_engine_takes_are_refused() -> None:
    """With the pattern and the reason."""
    with pytest.raises(ValueError, match=r"the pattern '\(' is a regular expression neither"):
        read("Annotated[str, Field(pattern='(')]")


def test_plain_types_have_no_constraints() -> None:
    """At no depth."""
    node = read("Annotated[list[Annotated[str, Field(max_length=3)]] | None, Field(max_length=3)]")
    assert spell(plain(node), Imports()) == "list[str] | None"


def test_imports_are_those_used() -> None:
    """A type brings its own."""
    imports = Imports()
    spell(read("Annotated[date_aliased, Field(ge=1)] | Any"), imports)
    assert imports.lines().splitlines() == [
        "from __future__ import annotations",
        "import datetime as dt",
        "from typing import Annotated, Any",
        "from pydantic import Field",
    ]
