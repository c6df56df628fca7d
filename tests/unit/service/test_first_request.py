"""The request that a service proposes when it starts."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest

from accord.runtime.declare import (
    ApiKey,
    Contract,
    Http,
    MutualTls,
    Operation,
    Path,
    Query,
    Scheme,
)
from accord.service.first_request import first_request

URL = "http://127.0.0.1:8000"


def contract(*operations: Operation, **schemes: Scheme) -> Contract:
    return Contract(
        name="zoo/v1",
        title="Zoo",
        release="1.0.0",
        document=FilePath("contract.json"),
        operations=operations,
        schemes=schemes,
    )


def operation(path: str, method: str = "GET", **declared: Any) -> Operation:
    return Operation(id=path, tag="animals", handler="handle", method=method, path=path, **declared)


def test_the_first_that_needs_nothing() -> None:
    """No body, no path parameter, no required query; what may be left out is left out."""
    what = contract(
        operation("/animals", "POST"),
        operation("/animals/{id}", parameters=(Path("id", int, "integer"),)),
        operation("/search", parameters=(Query("q", str, required=True),)),
        operation("/animals", parameters=(Query("page", int, "integer"),)),
        operation("/keepers"),
    )
    assert first_request([what], URL) == f"curl -i {URL}/animals"


@pytest.mark.parametrize(
    ("scheme", "shown"),
    [
        (ApiKey("header", "X-Key"), f"curl -i -H 'X-Key: any' {URL}/a"),
        (ApiKey("query", "key"), f"curl -i '{URL}/a?key=any'"),
        (ApiKey("cookie", "key"), f"curl -i -b key=any {URL}/a"),
        (Http("basic"), f"curl -i -u any:any {URL}/a"),
        (Http("bearer"), f"curl -i -H 'Authorization: Bearer any' {URL}/a"),
        (MutualTls(), None),
    ],
)
def test_with_the_credentials_that_are_asked_for(scheme: Scheme, shown: str | None) -> None:
    """In the place where the contract wants them."""
    what = contract(operation("/a", security=({"key": ()},)), key=scheme)
    assert first_request([what], URL) == shown


def test_credentials_that_may_be_left_out_are_left_out() -> None:
    """The smallest of the alternatives is taken."""
    what = contract(operation("/a", security=({"key": ()}, {})), key=MutualTls())
    assert first_request([what], URL) == f"curl -i {URL}/a"


def test_contracts_that_have_none() -> None:
    """Then nothing is proposed."""
    assert first_request([contract(operation("/a", "POST"))], URL) is None
