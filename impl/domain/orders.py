"""What customers have bought, and how a draft becomes an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from impl.domain.errors import Fault, Invalid
from impl.domain.etags import entity_tag
from impl.domain.items import Item
from impl.domain.money import Money
from impl.domain.rules import cart_faults, email_faults, lines_total


class OrderStatus(StrEnum):
    """`parked`: neither carried out nor undone; a person has to look at it."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is an ISO 3166-1 alpha-2 code."""

    recipient: str
    line1: str
    postal_code: str
    city: str
    country: str
    line2: str | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    item_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order to place. `lines_total` is what the caller expects the lines to add up to."""

    customer_id: str
    lines: tuple[LineDraft, ...]
    shipping_address: Address
    payment_method_id: str
    note: str | None = None
    contact_email: str | None = None
    lines_total: Money | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An item with its name and price of the moment the order was placed."""

    item_id: UUID
    sku: str
    name: str
    quantity: int
    unit_price: Money

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an order was not carried out: the step, and the error as `impl.domain.errors` has it."""

    step: str
    code: str
    detail: str
    faults: tuple[Fault, ...] = ()
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The hold that the saga `id` has of an order since its `revision`. Of a change of address:
    where the order went before, and with which shipment."""

    saga: str
    id: str
    revision: int = 0
    address: Address | None = None
    shipment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`owner` is the caller that placed it; the ids of what other services keep for it are None
    until they exist. `revision` counts from 1, times are UTC.

    Nothing but the saga that has `hold` of the order may change it; `stuck` names the steps that it
    could not do while the order is `parked`.
    """

    id: UUID
    owner: str
    customer_id: str
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    total: Money
    shipping_address: Address
    payment_method_id: str
    revision: int
    created_at: datetime
    updated_at: datetime
    note: str | None = None
    contact_email: str | None = None
    quote_id: str | None = None
    reservation_id: str | None = None
    payment_id: str | None = None
    shipment_id: str | None = None
    failure: Failure | None = None
    hold: Hold | None = None
    stuck: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        return entity_tag(self.revision)

    def held(self, hold: Hold, *, at: datetime) -> Order:
        """The next revision, in the hold of a saga."""
        return replace(self, hold=hold, revision=self.revision + 1, updated_at=at)

    def let_go(self, status: OrderStatus, *, at: datetime, failure: Failure | None = None) -> Order:
        """The next revision, in nobody's hold."""
        return replace(
            self,
            status=status,
            failure=failure,
            hold=None,
            stuck=(),
            revision=self.revision + 1,
            updated_at=at,
        )

    def resumed(self, *, at: datetime) -> Order:
        """The next revision, with which its saga goes on."""
        return replace(self, status=OrderStatus.PENDING, revision=self.revision + 1, updated_at=at)

    def parked(self, stuck: tuple[Failure, ...], *, at: datetime) -> Order:
        """The next revision, which waits for a person; the saga keeps its hold."""
        return replace(
            self,
            status=OrderStatus.PARKED,
            failure=stuck[0],
            stuck=tuple(failure.step for failure in stuck),
            revision=self.revision + 1,
            updated_at=at,
        )


def place(
    draft: OrderDraft,
    items: Mapping[UUID, Item],
    *,
    id: UUID,
    owner: str,
    at: datetime,
    hold: Hold | None = None,
) -> Order:
    """The pending order that a draft becomes, at the prices of `items`.

    Raises `Invalid` with `item_unknown`, or what `impl.domain.rules` says.
    """
    faults = email_faults(draft.contact_email, pointer="/contact_email")
    faults += [
        Fault("item_unknown", "No item has this id.", pointer=f"/lines/{index}/item_id")
        for index, line in enumerate(draft.lines)
        if line.item_id not in items
    ]
    if faults:
        raise Invalid(*faults)
    lines = tuple(_line(line, items[line.item_id]) for line in draft.lines)
    if faults := cart_faults(lines, expected=draft.lines_total):
        raise Invalid(*faults)
    return Order(
        id=id,
        owner=owner,
        customer_id=draft.customer_id,
        status=OrderStatus.PENDING,
        lines=lines,
        total=lines_total(lines),
        shipping_address=draft.shipping_address,
        payment_method_id=draft.payment_method_id,
        note=draft.note,
        contact_email=draft.contact_email,
        revision=1,
        created_at=at,
        updated_at=at,
        hold=hold,
    )


def _line(draft: LineDraft, item: Item) -> OrderLine:
    return OrderLine(
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        quantity=draft.quantity,
        unit_price=item.price,
    )
