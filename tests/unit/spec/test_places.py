"""Every value of a file has a line and a column."""

from __future__ import annotations

import json

from accord.spec.places import index


def test_values_are_placed_at_their_keys() -> None:
    """A value in a mapping stands where its key does, one in a list where it begins."""
    places = index("a:\n  b/c: [1,\n    {d: 2}]\n")
    assert places["/a/b~1c"] == (2, 3)
    assert places["/a/b~1c/0"] == (2, 9)
    assert places["/a/b~1c/1/d"] == (3, 6)


def test_json_is_placed_too() -> None:
    """JSON, with tabs for indentation as well, has places."""
    text = json.dumps({"a": [{"b": 1}]}, indent="\t")
    assert index(text)["/a/0/b"] == (4, 4)
