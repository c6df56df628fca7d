from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from accord.runtime import context
from accord.service.deadline import Deadline


async def left(scope: Scope, receive: Receive, send: Send) -> None:
    deadline = context.deadline.get()
    assert deadline is not None
    await JSONResponse(deadline - asyncio.get_running_loop().time())(scope, receive, send)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, 10), ({"X-Request-Deadline-Ms": "250"}, 0.25), ({"X-Request-Deadline-Ms": "999999"}, 30)],
)
async def test_deadline_is_the_callers_or_ours(
    call: Any, headers: dict[str, str], seconds: float
) -> None:
    """The caller's budget counts, ours where it gives none, and never more than the longest."""
    response = await call(Deadline(left, default_s=10, longest_s=30), headers=headers)
    assert response.json() == pytest.approx(seconds, abs=0.1)
    assert context.deadline.get() is None


@pytest.mark.parametrize("given", ["0", "-5", "1.5", "soon", "1" * 40, "", "1e3"])
async def test_malformed_deadline_is_a_400(call: Any, given: str) -> None:
    """A header that is no positive whole number is refused, naming the header."""
    app = Deadline(left, default_s=10, longest_s=30)
    response = await call(app, headers={"X-Request-Deadline-Ms": given})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["in"]) == ("X-Request-Deadline-Ms", "header")


def test_impossible_budgets_are_refused_at_start() -> None:
    """A default above the longest is a mistake of the settings, said when the app is made."""
    with pytest.raises(ValueError, match="longest_s 5"):
        Deadline(left, default_s=10, longest_s=5)
