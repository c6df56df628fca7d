"""Names for everything, whatever it is called in a contract."""

from __future__ import annotations

import pytest

from accord.spec.names import Wish, class_name, pascal, resolve, snake


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("getOrder", "get_order"),
        ("listVPCs", "list_vpcs"),
        ("repos/list-for-org", "repos_list_for_org"),
        ("ETag", "etag"),
        ("X-Request-Id", "x_request_id"),
        ("getHTTPResponse", "get_http_response"),
        ("getIPv6Address", "get_ipv6_address"),
        ("line1", "line1"),
        ("+1", "plus_1"),
        ("-1", "minus_1"),
        ("$filter", "filter"),
        ("filter[name]", "filter_name"),
        ("class", "class_"),
        ("__init__", "init"),
        ("größe", "größe"),
        ("ﬁeld", "field"),
        ("1st", "parameter_1st"),
        ("*", "parameter"),
        ("", "parameter"),
        ("\u202eabc\x00\n", "abc"),
    ],
)
def test_snake_makes_an_identifier_of_anything(text: str, name: str) -> None:
    """Any text becomes a Python name that reads like it."""
    assert snake(text, "parameter") == name
    assert name.isidentifier()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pet", "Pet"),
        ("HTTPValidationError", "HTTPValidationError"),
        ("simple-user", "SimpleUser"),
        ("account.capabilities", "AccountCapabilities"),
        ("payment_method", "PaymentMethod"),
        ("apiURL", "ApiURL"),
        ("404", "Model404"),
        ("Model", "ModelModel"),
        ("uuid", "Uuid"),
        ("UUID", "UUIDModel"),
        ("None", "NoneModel"),
        ("Exception", "ExceptionModel"),
        ("!", "Unnamed"),
    ],
)
def test_class_names_hide_nothing(text: str, name: str) -> None:
    """A class name is PascalCase and never that of something generated modules need."""
    assert class_name(text) == name
    assert name.isidentifier()


def test_parts_of_class_names_may_begin_with_digits() -> None:
    """A part is not yet a name: `Response` + `2xx`."""
    assert pascal("2xx") == "2xx"


def test_names_that_differ_by_case_are_told_apart() -> None:
    """The exact name goes to who has it, whatever the order."""
    wishes = [
        Wish("/components/schemas/pet", ("Pet",), own=True),
        Wish("/components/schemas/Pet", ("Pet",), own=True),
        Wish("/components/schemas/PET", ("PET",), own=True),
    ]
    assert resolve(wishes) == {
        "/components/schemas/Pet": "Pet",
        "/components/schemas/PET": "PET2",
        "/components/schemas/pet": "Pet3",
    }


def test_nobody_gets_a_short_name_that_several_want() -> None:
    """Of two that would share a name each takes its longer one; own names come first."""
    wishes = [
        Wish("a", ("Sort", "ListItemsSort")),
        Wish("b", ("Sort", "ListOrdersSort")),
        Wish("c", ("View", "GetItemView")),
        Wish("d", ("Item", "GetItemItem")),
        Wish("/components/schemas/Item", ("Item",), own=True),
    ]
    assert resolve(wishes) == {
        "a": "ListItemsSort",
        "b": "ListOrdersSort",
        "c": "View",
        "d": "GetItemItem",
        "/components/schemas/Item": "Item",
    }


def test_locked_names_stay() -> None:
    """A name in the lock is kept, and given to nobody else."""
    wishes = [Wish("new", ("Item",), own=True), Wish("old", ("Item",), own=True)]
    assert resolve(wishes, locked={"old": "Item"}) == {"old": "Item", "new": "Item2"}
