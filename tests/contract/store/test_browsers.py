"""Pages of allowed origins may do everything that the contracts offer."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.store.here import running_here
from tests.contract.store.requests import Operation, operations

pytestmark = pytest.mark.slow
SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running_here(tmp_path_factory.mktemp("here"), cors_origins=(SHOP,)) as local,
        httpx.Client(base_url=local.url) as client,
    ):
        yield client


@pytest.mark.parametrize("operation", [*operations()], ids=lambda each: f"{each.version}-{each.id}")
def test_a_page_may_call_an_operation(browser: httpx.Client, operation: Operation) -> None:
    """With its method and all its headers; another origin may not."""
    own = [each["name"] for each in operation.parameters if each["in"] == "header"]
    headers = {
        "origin": SHOP,
        "access-control-request-method": operation.method,
        "access-control-request-headers": ", ".join(["authorization", "content-type", *own]),
    }
    asked = browser.options(operation.path, headers=headers)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, SHOP)
    refused = browser.options(operation.path, headers={**headers, "origin": "https://x.y"})
    assert refused.json()["code"] == "cors_refused"


def test_a_page_may_read_the_headers_of_an_answer(browser: httpx.Client) -> None:
    """All that the contracts list."""
    reply = browser.get("/v2/items", headers={"origin": SHOP})
    shown = {
        name.strip().lower() for name in reply.headers["access-control-expose-headers"].split(",")
    }
    listed = {
        name.lower()
        for operation in operations()
        for answer in operation.node["responses"].values()
        for name in answer.get("headers", ())
    }
    assert listed <= shown
