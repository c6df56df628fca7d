"""How unions of types are spelled."""

from __future__ import annotations

import pytest

from accord.codegen.clients.types import joined


@pytest.mark.parametrize(
    ("types", "whole"),
    [
        (["list[str | int]", "dict[str, str | int]"], "list[str | int] | dict[str, str | int]"),
        (["str | None", "int", "str"], "str | int | None"),
        (
            ["Literal['a | b', 'c'] | UnknownText", "None"],
            "Literal['a | b', 'c'] | UnknownText | None",
        ),
        (["models.A | Any", "str"], "Any"),
        ([], ""),
    ],
)
def test_members_once_and_none_last(types: list[str], whole: str) -> None:
    """Bars in brackets and quotes join nothing here."""
    assert joined(types) == whole
