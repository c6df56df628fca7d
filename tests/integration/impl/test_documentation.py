"""The documentation that the store serves, in a real browser with the security headers on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located
from selenium.webdriver.support.wait import WebDriverWait

from generated.store.v2.routes import CONTRACT
from tests.browsers import complaints, resize, running_browser

pytestmark = pytest.mark.slow
SIZES = {"wide": (1280, 1000, False), "phone": (390, 844, True)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with running_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def shown(browser: Chrome, selector: str) -> Any:
    """The element, when it is there."""
    found = presence_of_element_located((By.CSS_SELECTOR, selector))
    return WebDriverWait(browser, 30).until(found)


def press(browser: Chrome, selector: str) -> None:
    """As a click does, wherever the page has scrolled to and whatever still moves."""
    browser.execute_script("arguments[0].click()", shown(browser, selector))


def fits(browser: Chrome) -> bool:
    """Nothing has to be scrolled sideways."""
    return bool(browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", SIZES)
def test_every_page_opens(store: Any, browser: Chrome, size: str) -> None:
    """From the first page to each other one: nothing is blocked, nothing is wider than the
    window."""
    width, height, phone = SIZES[size]
    resize(browser, width, height, phone=phone)
    browser.get(f"{store.url}/docs")
    links = [a.get_attribute("href") for a in browser.find_elements(By.TAG_NAME, "a")]
    pages = [str(link) for link in links if not str(link).endswith(".json")]
    assert [link.removeprefix(store.url) for link in pages] == [
        "/docs/store/v1",
        "/docs/store/v2",
        "/docs/changes",
        "/problems",
    ]
    for link in pages:
        browser.get(link)
        shown(browser, ".opblock" if "/docs/store" in link else "li")
        assert fits(browser), link
        assert complaints(browser) == []


def test_the_reference_has_every_operation(store: Any, browser: Chrome) -> None:
    """Each operation of the contract, under its tag."""
    browser.get(f"{store.url}/docs/store/v2")
    shown(browser, ".opblock")
    assert len(browser.find_elements(By.CLASS_NAME, "opblock")) == len(CONTRACT.operations)


def test_a_request_can_be_tried(store: Any, browser: Chrome) -> None:
    """With a token, from the page: the store's own answer is shown."""
    browser.get(f"{store.url}/docs/store/v2")
    press(browser, "button.authorize")
    shown(browser, ".auth-container input").send_keys(store.token)
    press(browser, ".auth-container button.authorize")
    press(browser, ".auth-container button.btn-done")
    press(browser, "#operations-items-listItems .opblock-summary-control")
    press(browser, "button.try-out__btn")
    press(browser, "button.execute")
    status = shown(browser, ".live-responses-table tbody .response-col_status")
    assert status.text.split()[0] == "200"
    assert complaints(browser) == []


def test_files_are_sent_once(store: Any) -> None:
    """A browser that has a file of the pages asks with its tag and is told that nothing changed;
    who takes gzip gets it."""
    with httpx.Client(base_url=store.url) as http:
        first = http.get("/docs/assets/swagger-ui-bundle.js")
        assert first.headers["content-encoding"] == "gzip"
        tag = first.headers["etag"]
        again = http.get("/docs/assets/swagger-ui-bundle.js", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        plain = http.get("/docs/assets/swagger-ui.css", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_contract_can_be_fetched(store: Any, version: str) -> None:
    """The document that the reference shows, whole, without a token."""
    document = httpx.get(f"{store.url}/docs/store/{version}/openapi.json")
    assert document.headers["content-type"] == "application/json"
    assert document.json()["openapi"].startswith("3.1")
