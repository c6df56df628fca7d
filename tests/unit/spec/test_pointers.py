"""JSON pointers."""

from __future__ import annotations

import pytest

from accord.spec.pointers import NotThere, find, join, split


def test_keys_survive_a_pointer() -> None:
    """Any key is itself again after it was written into a pointer."""
    for key in ("a/b", "~", "~1", "", "é", "a b"):
        assert split(join("", key, "x")) == [key, "x"]
        assert find({key: {"x": 1}}, join("", key, "x")) == 1


def test_a_key_that_is_missing_is_named() -> None:
    """The first key that leads nowhere is told, with those that resemble it."""
    with pytest.raises(NotThere) as missing:
        find({"schemas": {"Item": 1, "Order": 2}}, "/schemas/item/x")
    assert missing.value.key == "item"
    assert missing.value.nearest == ["Item"]


def test_list_indexes_are_numbers() -> None:
    """`-`, `01x` and numbers beyond the end lead nowhere."""
    assert find([1, 2], "/1") == 2
    for pointer in ("/-", "/2", "/x"):
        with pytest.raises(NotThere):
            find([1, 2], pointer)
