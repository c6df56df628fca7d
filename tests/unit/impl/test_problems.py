"""Every error of the domain has its problem."""

from __future__ import annotations

import pytest

from accord.runtime import FieldError
from impl.domain import errors
from impl.domain.errors import Fault, Invalid, OutOfStock, StoreError, restored
from impl.problems import PROBLEMS

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type)]
CONCRETE = [kind for kind in EVERY if issubclass(kind, StoreError) and hasattr(kind, "code")]


@pytest.mark.parametrize("kind", CONCRETE)
def test_every_error_is_in_the_table(kind: type[StoreError]) -> None:
    """By its own type or a base of it."""
    translate = next(PROBLEMS[base] for base in kind.__mro__ if base in PROBLEMS)
    problem = translate(restored(kind.code, "Some detail.", step="payments.capture"))
    assert problem.code == kind.code
    assert problem.extensions == {"step": "payments.capture"}
    assert ("retry-after" in problem.headers) == (problem.status == 503)


def test_faults_are_shown_where_they_are() -> None:
    """In the body by pointer, in a parameter by name and place."""
    faults = (
        Fault("item_unknown", "No item has this id.", pointer="/lines/0/item_id"),
        Fault("invalid_cursor", "Is forged.", parameter="cursor", location="query"),
    )
    problem = PROBLEMS[StoreError](Invalid(*faults))
    assert problem.detail == "2 values are not valid."
    assert problem.errors == (
        FieldError("item_unknown", "No item has this id.", pointer="/lines/0/item_id"),
        FieldError("invalid_cursor", "Is forged.", parameter="cursor", location="query"),
    )


def test_an_error_that_was_written_down_comes_back() -> None:
    """With its type, and all of its members."""
    fault = Fault("out_of_stock", "Short.", pointer="/lines/1")
    error = restored("out_of_stock", "Not everything.", faults=(fault,), retry_after=3, step="s")
    assert isinstance(error, OutOfStock)
    assert (error.detail, error.faults, error.retry_after, error.step) == (
        "Not everything.",
        (fault,),
        3,
        "s",
    )
