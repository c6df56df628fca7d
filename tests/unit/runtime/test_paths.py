"""Which operation a path reaches, and with which values."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.runtime.paths import PathTree, route_path

TEMPLATES = [
    "/",
    "/items",
    "/items/",
    "/items/mine",
    "/items/{id}",
    "/items/{id}/parts/{part}",
    "/items/mine/parts/first",
    "/files/{name}.json",
    "/files/{name}.{kind}",
    "/files/v{major}.{minor}.json",
    "/files/{name}",
    "/files/{name}/raw",
    "/{tenant}/about",
    "/compare/{base}...{head}",
    "/compare/{all}",
    "/caf%C3%A9",
]


def tree(*templates: str) -> PathTree[str]:
    made: PathTree[str] = PathTree()
    for template in templates:
        made.add(template, "GET", template)
    return made


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/", "/", []),
        ("/items", "/items", []),
        ("/items/", "/items/", []),
        ("/items/mine", "/items/mine", []),
        ("/items/5", "/items/{id}", ["5"]),
        ("/items/5/parts/6", "/items/{id}/parts/{part}", ["5", "6"]),
        # Back-tracking: the literal branch leads nowhere.
        ("/items/mine/parts/6", "/items/{id}/parts/{part}", ["mine", "6"]),
        ("/items/mine/parts/first", "/items/mine/parts/first", []),
        ("/items/about", "/items/{id}", ["about"]),
        ("/acme/about", "/{tenant}/about", ["acme"]),
        # Partly literal segments, the most specific first.
        ("/files/a.json", "/files/{name}.json", ["a"]),
        ("/files/a.b.json", "/files/{name}.json", ["a.b"]),
        ("/files/v1.2.json", "/files/v{major}.{minor}.json", ["1", "2"]),
        ("/files/a.xml", "/files/{name}.{kind}", ["a", "xml"]),
        ("/files/plain", "/files/{name}", ["plain"]),
        ("/files/.json", "/files/{name}", [".json"]),
        ("/files/a.json/raw", "/files/{name}/raw", ["a.json"]),
        ("/compare/a...", "/compare/{all}", ["a..."]),
        ("/compare/v1...v2", "/compare/{base}...{head}", ["v1", "v2"]),
        # Percent-encoding.
        ("/items/a%2Fb", "/items/{id}", ["a/b"]),
        ("/items/a%20b", "/items/{id}", ["a b"]),
        ("/it%65ms/5", "/items/{id}", ["5"]),
        ("/items/%252F", "/items/{id}", ["%2F"]),
        ("/items/%E2%82%AC", "/items/{id}", ["€"]),
        ("/items/a%0Ab", "/items/{id}", ["a\nb"]),
        ("/items/..", "/items/{id}", [".."]),
    ],
)
def test_the_most_specific_template_wins(path: str, template: str, values: list[str]) -> None:
    """Literal before partly before wholly templated, going back where a choice leads nowhere."""
    found = tree(*TEMPLATES).find(path)

    assert found is not None
    methods, given_values = found
    assert methods["GET"] == template
    assert list(given_values) == values


@pytest.mark.parametrize(
    "path", ["", "/nothing/at/all", "/items/5/parts", "/items//parts/6", "/items/5/parts/", "//"]
)
def test_what_no_template_covers(path: str) -> None:
    """A parameter takes at least one character, and no slash."""
    assert tree(*TEMPLATES[:6]).find(path) is None


def test_one_path_and_method_once() -> None:
    """Two templates that differ in nothing but names are one path."""
    made = tree("/items/{id}")
    with pytest.raises(ValueError, match="declared twice"):
        made.add("/items/{name}", "GET", "twin")


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=2))
def test_values_arrive_as_they_were_sent(values: list[str]) -> None:
    """Any text in a parameter, encoded by the caller, is found again."""
    template = "".join(f"/{{p{index}}}" for index in range(len(values)))
    path = "".join("/" + quote(value, safe="") for value in values)

    found = tree(template).find(path)

    assert found is not None
    assert list(found[1]) == values


SEGMENT = st.sampled_from(["a", "b", "c", "{x}", "a{x}", "{x}.z"])


@given(
    st.lists(st.lists(SEGMENT, min_size=1, max_size=3), min_size=1, max_size=8),
    st.lists(st.sampled_from(["a", "b", "c", "d", "ab", "d.z", "a.z"]), min_size=1, max_size=3),
)
def test_the_walk_finds_what_a_search_of_all_templates_finds(
    templates: list[list[str]], path: list[str]
) -> None:
    """A path is found if and only if some template covers it."""
    texts = {"/" + "/".join(parts) for parts in templates}
    asked = "/" + "/".join(path)
    covering = {text for text in texts if re.fullmatch(text.replace("{x}", "[^/]+"), asked)}

    found = tree(*texts).find(asked)

    assert (found is not None) == bool(covering)
    assert found is None or found[0]["GET"] in covering


def test_hostile_paths_take_no_time() -> None:
    """Many segments that each could be taken two ways are walked, not tried in all ways."""
    made = tree("/a/{x}" * 12 + "/end", "/{x}/a" * 12 + "/end")

    assert made.find("/a" * 5000) is None


def test_hostile_segments_take_no_time() -> None:
    """Of several parameters in a segment each is found in one pass, never tried in all ways."""
    made = tree("/{a}.{b}.{c}.{d}.json")

    assert made.find("/" + "." * 60_000 + "x") is None


@pytest.mark.parametrize(
    ("root", "path", "raw", "looked_up"),
    [
        ("", "/items/5", b"/items/5", "/items/5"),
        ("/api", "/api/items", b"/api/items", "/items"),
        ("/api/", "/api/items", b"/api/items", "/items"),
        ("/api", "/items", b"/items", "/items"),
        ("/api", "/apiary/items", b"/apiary/items", "/apiary/items"),
        ("/api", "/api/a/b", b"/api/a%2Fb", "/a%2Fb"),
        ("/my api", "/my api/a/b", b"/my%20api/a%2Fb", "/a%2Fb"),
    ],
)
def test_the_root_path_is_taken_off(root: str, path: str, raw: bytes, looked_up: str) -> None:
    """Where a proxy or a mount puts the application below a path of its own."""
    assert route_path({"root_path": root, "path": path, "raw_path": raw}) == looked_up
