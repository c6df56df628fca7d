"""What a deprecated operation says of its end."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import Problem
from accord.runtime.declare import Media, Path, Reply, problems
from accord.runtime.lifecycle import Lifecycle
from tests.unit.runtime.conftest import Call, application, operation

ENDING = {
    "x-accord-deprecated": "2026-11-01",
    "x-accord-sunset": "2027-12-31T12:00:00+01:00",
    "x-accord-successor": "/v2/things/{name}",
}
THING = operation(
    "/v1/things/{name}",
    parameters=(Path("name", str),),
    replies=(Reply(200, (Media("application/json", str),)),),
    errors=problems(404),
    deprecated=True,
    extensions=ENDING,
)


async def test_successes_say_when_it_ends_and_what_follows(call: Call) -> None:
    """The three headers come from the contract; a date is midnight in UTC."""

    async def handle(*, name: str) -> str:
        return name

    response = await call(application(THING, handler=handle), "GET", "/v1/things/mug")

    assert response.header("deprecation") == "@1793491200"
    assert response.header("sunset") == "Fri, 31 Dec 2027 11:00:00 GMT"
    assert response.header("link") == '</v2/things/mug>; rel="successor-version"'


@pytest.mark.parametrize(
    ("sent", "linked"),
    [
        ("a%2Fb", "a%2Fb"),
        ("%3E%0D%0Aset-cookie:x", "%3E%0D%0Aset-cookie%3Ax"),
        ("caf%C3%A9", "caf%C3%A9"),
    ],
)
async def test_the_successors_path_is_encoded(call: Call, sent: str, linked: str) -> None:
    """What a caller wrote in the path cannot end the link or the header."""

    async def handle(*, name: str) -> str:
        return name

    response = await call(application(THING, handler=handle), "GET", f"/v1/things/{sent}")

    assert response.header("link") == f'</v2/things/{linked}>; rel="successor-version"'


async def test_failures_say_nothing_of_it(call: Call) -> None:
    """A 404 is a problem and no more."""

    async def handle(*, name: str) -> str:
        raise Problem(404, code="not_found")

    response = await call(application(THING, handler=handle), "GET", "/v1/things/mug")

    assert response.status == 404
    assert response.header("deprecation") is None


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("x-accord-deprecated", "soon", "x-accord-deprecated of .* is 'soon': give a date"),
        ("x-accord-sunset", "2027-13-01", "x-accord-sunset of .* give a date"),
        ("x-accord-successor", "/v2/{id}", r"'id' is no parameter of '/v1/things/\{name\}'"),
    ],
)
def test_what_makes_no_sense_is_refused(member: str, value: Any, words: str) -> None:
    """Before the first request, with the operation, the member and the mend."""
    with pytest.raises(ValueError, match=words):
        Lifecycle(operation("/v1/things/{name}", extensions={member: value}))
