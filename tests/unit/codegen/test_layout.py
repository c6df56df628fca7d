"""Text in generated modules: escaped, and no wider than a line."""

from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.codegen.layout import WIDTH, docstring, literal


def read_back(text: str, indent: int = 4) -> str:
    """The docstring that Python sees for `text`."""
    code = f"class A:\n{docstring(text, indent=indent)}\n    pass\n"
    node = ast.parse(code).body[0]
    assert isinstance(node, ast.ClassDef)
    return ast.get_docstring(node) or ""


@given(st.text())
def test_any_text_is_a_docstring_and_nothing_else(text: str) -> None:
    """Python reads it back as one string; no character in it is invisible."""
    code = docstring(text)
    assert all(character.isprintable() or character == "\n" for character in code)
    if code:
        assert isinstance(ast.literal_eval(code.strip()), str)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_json_value_is_a_literal(value: object) -> None:
    """It evaluates to what it was."""
    read = eval(literal(value), {"float": float})
    assert repr(read) == repr(value)


def test_lines_that_fit_stay_as_they_are() -> None:
    """A hand-wrapped text is not wrapped again."""
    text = "First line.\n\nA paragraph\nin two lines.\n\n- one\n- two"
    assert read_back(text) == text


def test_prose_is_filled_where_a_line_is_too_long() -> None:
    """As Markdown reads it; lists and code keep their lines."""
    long = "word " * 30
    text = f"{long}\nmore of it\n\n- item {long}\n- next\n\n    code = {long!r}"
    lines = docstring(text, indent=8).splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    read = inspect.cleandoc("\n".join(lines))
    assert "word more of it" in read
    assert "\n- next\n" in read
    assert "\n  word" in read


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_no_text_is_no_docstring(text: str) -> None:
    """A class without description has none."""
    assert docstring(text) == ""
