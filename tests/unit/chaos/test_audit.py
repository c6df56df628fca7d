"""The audit finds what was lost, doubled, left over or never told, and nothing else."""

from __future__ import annotations

import pytest

from scripts.chaos.audit import Verdict, audit
from scripts.chaos.shoppers import Kind, Wish
from scripts.rig.ledgers import DONE, UNDONE, Traces

TOLD = "sendMessage:order_confirmed"
MADE = ("createReservation", "authorizePayment", "createShipment")


def wish(told: str, *, kind: Kind = "plain", order_id: str = "o1") -> Wish:
    return Wish("k1", kind, order_id=order_id, told=told)


def traces(states: dict[str, str], *effects: str) -> Traces:
    found = Traces(payment_method=wish("").payment_method)
    for service, state in states.items():
        found.states[service].append(state)
    found.effects.update(effects or MADE)
    return found


def verdict(told: str, *orders: Traces, order_id: str = "o1") -> Verdict:
    return audit(
        [wish(told, order_id=order_id)],
        {f"o{number}": each for number, each in enumerate(orders, 1)},
    )


@pytest.mark.parametrize(
    ("told", "orders"),
    [
        ("confirmed", [traces(DONE)]),
        ("cancelled", [traces(UNDONE)]),
        ("failed", [traces(UNDONE)]),
        ("validation_failed", [traces(UNDONE)]),
        ("validation_failed", [traces({"inventory": "released"})]),
        ("payment_declined", []),
    ],
)
def test_what_was_told_and_what_happened_agree(told: str, orders: list[Traces]) -> None:
    """Nothing is said of what is as it should be."""
    assert verdict(told, *orders).is_clean


def test_attempts_that_came_to_nothing_count_as_compensated() -> None:
    """An order of the same wish that was undone before the one that was confirmed."""
    found = verdict("confirmed", traces(UNDONE), traces(DONE), order_id="o2")
    assert found.is_clean
    assert found.compensated == 1


@pytest.mark.parametrize(
    ("told", "orders", "order_id"),
    [
        ("confirmed", [], "o1"),
        ("confirmed", [traces(UNDONE)], "o1"),
        ("cancelled", [traces(DONE)], "o1"),
        ("cancelled", [], "o9"),
    ],
)
def test_lost(told: str, orders: list[Traces], order_id: str) -> None:
    """Somebody was told what did not happen."""
    assert verdict(told, *orders, order_id=order_id).lost


@pytest.mark.parametrize(
    ("told", "orders"),
    [
        ("confirmed", [traces(DONE), traces(DONE)]),
        ("confirmed", [traces(DONE, *MADE, "authorizePayment")]),
        ("confirmed", [traces(DONE, *MADE, TOLD, TOLD)]),
        ("validation_failed", [traces(DONE)]),
    ],
)  # fmt: skip
def test_doubled(told: str, orders: list[Traces]) -> None:
    """Something happened twice, or though it was refused."""
    assert verdict(told, *orders).doubled


@pytest.mark.parametrize(
    "states",
    [
        {"inventory": "held"},
        {"inventory": "confirmed", "payments": "captured"},
        {"inventory": "released", "payments": "authorized"},
        {"inventory": "released", "payments": "voided", "shipping": "created"},
    ],
)
def test_stuck(states: dict[str, str]) -> None:
    """An order is neither done nor undone, whatever anybody was told."""
    assert verdict("payment_declined", traces(states)).stuck


@pytest.mark.parametrize("told", ["", "pending", "parked"])
def test_untold(told: str) -> None:
    """A parked order that nobody resumed is one of these."""
    assert verdict(told, traces(DONE)).untold
