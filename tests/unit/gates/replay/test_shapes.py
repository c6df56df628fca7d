"""What two runs have in common, and what of it a third has no more."""

from __future__ import annotations

from typing import Any

import pytest

from accord.gates.replay.shapes import GONE, Twins, differences, loose, skeleton

ONE, TWO, THREE = (f"{digit * 8}-0000-4000-8000-{digit * 12}" for digit in "123")


def changes(first: Any, second: Any, third: Any) -> list[tuple[str, Any, Any]]:
    """What `third` has otherwise than `first` and `second` have in common."""
    return list(differences(first, third, dict(loose(first, second, Twins())), Twins()))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (f"/items/{ONE}", "/items/{uuid}"),
        ("2026-03-02T09:15:00Z", "{momentZ}"),
        ("2026-03-02T09:15:00.123456+00:00", "{moment.6+00:00}"),
        ("2026-03-02T09:15:00", "{moment}"),
        ("page 3 of 12", "page {number} of {number}"),
        ("pay_84b12df1ef2a6460", "{opaque}"),
        ("internationalization", "internationalization"),
    ],
)
def test_texts_are_what_they_are_without_ids_moments_and_numbers(text: str, shape: str) -> None:
    """Offset and digits of the fraction are part of how a moment is written."""
    assert skeleton(text) == shape


def test_what_both_runs_have_is_exact() -> None:
    """Another order, another rounding, another word is a difference."""
    was = {"names": ["a", "b"], "average": 2947, "detail": "Taken."}
    now = {"names": ["b", "a"], "average": 2946, "detail": "It is taken."}
    assert changes(was, was, was) == []
    assert [pointer for pointer, _, _ in changes(was, was, now)] == [
        "/names/0",
        "/names/1",
        "/average",
        "/detail",
    ]


def test_what_differs_between_runs_keeps_its_shape() -> None:
    """A moment without its offset is no moment like the others."""
    first, second = "2026-03-02T09:15:00.100000Z", "2026-03-02T09:15:09.200000Z"
    assert changes(first, second, "2027-01-01T00:00:00.300000Z") == []
    for other in ("2027-01-01T00:00:00.300000", "2027-01-01T00:00:00.300Z", "soon", None, 7):
        assert changes(first, second, other) == [("", first, other)]


def test_ids_that_were_one_are_one() -> None:
    """The id in a location is the id of the body."""
    first, second = ({"id": each, "at": f"/items/{each}"} for each in (ONE, TWO))
    assert changes(first, second, {"id": THREE, "at": f"/items/{THREE}"}) == []
    mixed = {"id": THREE, "at": f"/items/{ONE}"}
    assert changes(first, second, mixed) == [("/at", f"/items/{ONE}", f"/items/{ONE}")]


def test_what_only_one_run_has_is_not_promised() -> None:
    """What both have is, and what is new is no difference."""
    first, second = {"a": 1, "note": "x"}, {"a": 1}
    assert changes(first, second, {"a": 1, "more": True}) == []
    assert changes(first, second, {}) == [("/a", 1, GONE)]


def test_an_order_that_chance_decides_is_not_promised() -> None:
    """Entries of one moment, put in order by random ids."""
    first = [{"id": ONE, "sku": "A"}, {"id": TWO, "sku": "B"}, {"id": THREE, "sku": "C"}]
    second = [{"id": ONE, "sku": "A"}, {"id": TWO, "sku": "C"}, {"id": THREE, "sku": "B"}]
    third = [{"id": ONE, "sku": "C"}, {"id": TWO, "sku": "A"}, {"id": THREE, "sku": "B"}]
    assert changes(first, second, third) == []
    assert changes(first, first, third) != []


def test_numbers_keep_kind_and_sign() -> None:
    """An integer that varies does not become a fraction or negative."""
    assert changes(3, 5, 8) == []
    assert changes(3, 5, -8) == [("", 3, -8)]
    assert changes(3, 5, 8.5) == [("", 3, 8.5)]


def test_headers_of_the_moment_may_agree_by_chance() -> None:
    """What is left of a limit is never exact."""
    first = {"headers": {"ratelimit": '"default";r=9;t=30', "etag": '"1"'}}
    third = {"headers": {"ratelimit": '"default";r=2;t=59', "etag": '"2"'}}
    assert changes(first, first, third) == [("/headers/etag", '"1"', '"2"')]


def test_numbers_beside_ids_are_exact() -> None:
    """A location below another version is another, whatever the id."""
    first, second = f"/v2/items/{ONE}", f"/v2/items/{TWO}"
    assert changes(first, second, f"/v2/items/{THREE}") == []
    moved = f"/v1/items/{THREE}"
    assert changes(first, second, moved) == [("", first, moved)]
    assert changes("took 12 ms", "took 9 ms", "took 700 ms") == [], "these differ by themselves"


def test_null_is_not_absent() -> None:
    """In a list of which other entries have the member; a member that none had is a gain."""
    was = [{"id": 1, "note": "Fragile."}, {"id": 2}]
    assert changes(was, was, [{"id": 1, "note": "Fragile."}, {"id": 2, "size": None}]) == []
    now = [{"id": 1, "note": "Fragile."}, {"id": 2, "note": None}]
    assert changes(was, was, now) == [("/1/note", GONE, None)]
