"""Parameters on the wire, as the examples of the specification have them."""

from __future__ import annotations

from typing import Any

import pytest

from accord.client.styles import Cookie, Header, Path, Query

COLORS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("style", "explode", "value", "text"),
    [
        ("simple", False, "blue", "blue"),
        ("simple", False, COLORS, "blue,black,brown"),
        ("simple", False, RGB, "R,100,G,200,B,150"),
        ("simple", True, RGB, "R=100,G=200,B=150"),
        ("label", False, "blue", ".blue"),
        ("label", False, COLORS, ".blue,black,brown"),
        ("label", True, COLORS, ".blue.black.brown"),
        ("label", True, RGB, ".R=100.G=200.B=150"),
        ("label", True, ["a.b"], ".a%2Eb"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, COLORS, ";color=blue,black,brown"),
        ("matrix", True, COLORS, ";color=blue;color=black;color=brown"),
        ("matrix", True, RGB, ";R=100;G=200;B=150"),
        ("simple", False, "a/b c?", "a%2Fb%20c%3F"),
        ("simple", False, ".", "%2E"),
    ],
)
def test_in_paths(style: str, explode: bool, value: Any, text: str) -> None:
    """Separators stand as they are, the same characters in values are encoded."""
    assert Path("color", style=style, explode=explode).text(value) == text


@pytest.mark.parametrize(
    ("style", "explode", "value", "query"),
    [
        ("form", True, "blue", "color=blue"),
        ("form", True, "", "color="),
        ("form", True, COLORS, "color=blue&color=black&color=brown"),
        ("form", False, COLORS, "color=blue,black,brown"),
        ("form", True, RGB, "R=100&G=200&B=150"),
        ("form", False, RGB, "color=R,100,G,200,B,150"),
        ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
        ("spaceDelimited", False, COLORS, "color=blue%20black%20brown"),
        ("pipeDelimited", False, COLORS, "color=blue%7Cblack%7Cbrown"),
        ("deepObject", True, RGB, "color[R]=100&color[G]=200&color[B]=150"),
        ("deepObject", True, {"a": [{"b": 1}]}, "color[a][0][b]=1"),
        ("form", True, True, "color=true"),
        ("form", True, None, "color=null"),
        ("form", True, 1.5, "color=1.5"),
        ("form", True, 3.0, "color=3"),
        ("form", True, "ü&=", "color=%C3%BC%26%3D"),
        ("form", True, [], ""),
    ],
)
def test_in_queries(style: str, explode: bool, value: Any, query: str) -> None:
    """As in paths; what an exploded empty array leaves is nothing."""
    parameter = Query("color", style=style, explode=explode)
    assert "&".join(f"{name}={text}" for name, text in parameter.pairs(value)) == query


def test_in_headers_and_cookies() -> None:
    """Headers are not encoded; cookies are, but for those in style cookie."""
    assert Header("X").text(["a b", "ü"]) == "a b,ü"
    assert Header("X", content="application/json").text({"a": 1}) == '{"a":1}'
    assert list(Cookie("c").pairs("a;b")) == [("c", "a%3Bb")]
    assert list(Cookie("c", style="cookie").pairs(["a", "b"])) == [("c", "a"), ("c", "b")]
