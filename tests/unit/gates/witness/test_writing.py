"""How parameters are written: the examples of OpenAPI's "Style Values"."""

from __future__ import annotations

from typing import Any

import pytest

from accord.gates.law.fields import Field
from accord.gates.witness.writing import text

COLOURS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("place", "style", "explode", "value", "written"),
    [
        ("path", "matrix", False, "blue", ";color=blue"),
        ("path", "matrix", False, COLOURS, ";color=blue,black,brown"),
        ("path", "matrix", True, COLOURS, ";color=blue;color=black;color=brown"),
        ("path", "matrix", False, RGB, ";color=R,100,G,200,B,150"),
        ("path", "matrix", True, RGB, ";R=100;G=200;B=150"),
        ("path", "label", False, "blue", ".blue"),
        ("path", "label", True, COLOURS, ".blue.black.brown"),
        ("path", "label", True, RGB, ".R=100.G=200.B=150"),
        ("path", "simple", False, COLOURS, "blue,black,brown"),
        ("header", "simple", False, RGB, "R,100,G,200,B,150"),
        ("header", "simple", True, RGB, "R=100,G=200,B=150"),
        ("query", "form", False, COLOURS, "color=blue,black,brown"),
        ("query", "form", True, COLOURS, "color=blue&color=black&color=brown"),
        ("query", "form", False, RGB, "color=R,100,G,200,B,150"),
        ("query", "form", True, RGB, "R=100&G=200&B=150"),
        ("query", "spaceDelimited", False, COLOURS, "color=blue%20black%20brown"),
        ("query", "pipeDelimited", False, RGB, "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("query", "deepObject", True, RGB, "color[R]=100&color[G]=200&color[B]=150"),
    ],
)
def test_styles(place: str, style: str, explode: bool, value: Any, written: str) -> None:
    """Each style writes what the specification shows."""
    node = {"name": "color", "in": place, "style": style, "explode": explode, "schema": {}}
    assert text(Field((place, "color"), "p", "color", place, "", node), value) == written
