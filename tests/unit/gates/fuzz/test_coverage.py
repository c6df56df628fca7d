"""What was reached may not fall under the floor that is committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.gates.fuzz.coverage import FILE, Covered, fallen, raise_floor, summary


def covered(seen: str = "a", *, statuses: str = "200 422", valid: str = "query page") -> Covered:
    listed = frozenset(("200", "404", "422"))
    return Covered(seen, listed, set(statuses.split()), {valid}, {"query page maximum"})


def test_the_floor_is_what_all_runs_reached(tmp_path: Path) -> None:
    """A status that one seed reached by chance is not in it."""
    runs = [{"GET /items": covered()}, {"GET /items": covered(statuses="200 404 422")}]
    raise_floor(tmp_path, "shop/v1", runs)
    assert list(fallen(tmp_path, "shop/v1", runs[0])) == []
    less = {"GET /items": covered(statuses="200", valid="query size")}
    assert list(fallen(tmp_path, "shop/v1", less)) == [
        ("GET /items", "status 422"),
        ("GET /items", "valid query page"),
    ]


def test_another_contract_has_other_parameters(tmp_path: Path) -> None:
    """Of an operation that has changed only statuses are compared, of one that is gone nothing."""
    raise_floor(tmp_path, "shop/v1", [{"GET /items": covered(), "GET /gone": covered()}])
    other = {"GET /items": covered("b", statuses="200", valid="query size")}
    assert list(fallen(tmp_path, "shop/v1", other)) == [("GET /items", "status 422")]
    assert list(fallen(tmp_path, "shop/v2", {})) == []


def test_a_floor_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("[")
    with pytest.raises(UsageError, match=r"coverage\.json"):
        list(fallen(tmp_path, "shop/v1", {}))


def test_in_one_line() -> None:
    """Operations, statuses, and constraints with the parameters that they are of."""
    assert summary({"GET /items": covered(), "GET /none": covered(statuses="")}) == (
        "reached: 1 of 2 operations, 2 of 6 statuses, 2 constraints kept of 2 parameters and "
        "bodies, 2 constraints broken of 2 parameters and bodies"
    )
