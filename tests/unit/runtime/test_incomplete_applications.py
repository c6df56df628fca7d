"""Handlers that do not fit their contract are refused at start, by name."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import IncompleteApplication
from accord.runtime.declare import Query, Reply
from tests.unit.runtime.conftest import Call, application, operation


async def test_operations_that_nobody_handles(call: Call) -> None:
    """Refused at start by name, or answered 501."""
    declared = operation("/x", id="getX", replies=(Reply(204),))
    with pytest.raises(IncompleteApplication, match=r"getX \(GET /x\): no handler is given"):
        application(declared, handler=None)
    with pytest.raises(IncompleteApplication, match="object has no method handle"):
        application(declared, handler=type("object", (), {})())

    response = await call(application(declared, handler=None, missing="501"), "GET", "/x")
    assert (response.status, response.json()["code"]) == (501, "not_implemented")
    assert response.header("content-type") == "application/problem+json"


def _plain(*, q: str) -> None: ...


async def _without() -> None: ...


async def _more(*, q: str, r: str) -> None: ...


async def _positional(q: str, /) -> None: ...


async def _renamed(*, query: str) -> None: ...


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (_plain, "must be declared with async def"),
        (_without, "does not take its inputs: got an unexpected keyword argument 'q'"),
        (_more, "does not take its inputs: missing a required.* 'r'"),
        (_positional, "does not take its inputs"),
        (_renamed, "does not take its inputs"),
    ],
)
def test_a_handler_of_another_signature_is_refused(handler: Any, words: str) -> None:
    """At start, with the operation's name and the argument."""
    things = type("Things", (), {"handle": staticmethod(handler)})()
    declared = operation("/x", id="getX", parameters=(Query("q", str),))

    with pytest.raises(IncompleteApplication, match=rf"getX \(GET /x\): Things.handle {words}"):
        application(declared, handler=things)


def test_a_wrong_handler_is_refused_whoever_stands_in() -> None:
    """`missing` is for what is not there: a mistake is not answered 501."""
    things = type("Things", (), {"handle": staticmethod(_renamed)})()
    declared = operation("/x", id="getX", parameters=(Query("q", str),))
    with pytest.raises(IncompleteApplication, match="whose handler is wrong"):
        application(declared, handler=things, missing="501")
