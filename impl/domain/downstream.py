"""What the six internal services tell the store, as far as the store cares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from impl.domain.money import Money


@dataclass(frozen=True, slots=True)
class Customer:
    """`blocked` customers may not buy."""

    id: str
    first_name: str
    last_name: str
    blocked: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Quote:
    """A price held until `expires_at` (UTC)."""

    id: str
    discount: Money
    tax: Money
    total: Money
    expires_at: datetime


class ReservationStatus(StrEnum):
    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reservation:
    """Stock set aside for an order."""

    id: str
    status: ReservationStatus


class PaymentStatus(StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money taken for an order."""

    id: str
    status: PaymentStatus
    amount: Money


class ShipmentStatus(StrEnum):
    CREATED = "created"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Shipment:
    """How an order reaches its customer."""

    id: str
    status: ShipmentStatus
    carrier: str | None = None
    tracking_number: str | None = None


class MessageTemplate(StrEnum):
    ORDER_CONFIRMED = "order_confirmed"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_SHIPPED = "order_shipped"


class MessageChannel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer was told about an order; `sent_at` (UTC) is None until it was sent."""

    id: str
    template: MessageTemplate
    channel: MessageChannel
    status: MessageStatus
    sent_at: datetime | None = None
