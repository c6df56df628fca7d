"""Failures made as small as they can be, whatever the check is."""

from __future__ import annotations

from typing import Any

from accord.gates.fuzz.cases import Kept, Request
from accord.gates.fuzz.minimise import MOST_ATTEMPTS, minimised


def kept(*requests: Request, bound: dict[str, str] | None = None) -> Kept:
    return Kept("shop/v1", "not_a_server_error", "Server error", requests, bound or {})


def request(body: Any = None, **parts: Any) -> Request:
    told = {} if body is None else {"body": {"json": body}}
    return {"operation": "POST /things", "meta": {}, **told, **parts}


def test_what_does_not_matter_goes() -> None:
    """Parameters, headers, members and entries; texts and numbers to where it begins to fail."""
    big = request(
        {"name": "x" * 100, "tags": ["a", "b", "c"], "price": {"amount": 4711, "note": "n"}},
        query={"view": "all", "page": 3},
        headers={"If-Match": "*"},
    )

    def fails(case: Kept) -> bool:
        body = case.requests[-1].get("body", {}).get("json") or {}
        return len(body.get("name", "")) > 60 and "c" in body.get("tags", ())

    small = minimised(kept(big), fails).requests[-1]
    assert small == request({"name": small["body"]["json"]["name"], "tags": ["c"]})
    assert len(small["body"]["json"]["name"]) == 61


def test_requests_before_it_go_where_they_do_not_matter() -> None:
    """What is bound to the others keeps to them."""
    chain = kept(
        request({"n": 1}),
        request({"n": 2}),
        request(path_parameters={"id": "7"}),
        bound={"/2/path_parameters/id": "/1/body/id"},
    )

    def fails(case: Kept) -> bool:
        return any(each.get("body") == {"json": {"n": 2}} for each in case.requests[:-1])

    small = minimised(chain, fails)
    assert [each.get("body") for each in small.requests] == [{"json": {"n": 2}}, None]
    assert small.bound == {"/1/path_parameters/id": "/0/body/id"}


def test_it_ends() -> None:
    """After so many attempts, with what was found until then."""
    attempts = []

    def fails(case: Kept) -> bool:
        attempts.append(case)
        return False

    case = kept(request({str(number): "x" * 50 for number in range(300)}))
    assert minimised(case, fails) == case
    assert len(attempts) == MOST_ATTEMPTS
