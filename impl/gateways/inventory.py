"""The inventory service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from accord.downstream import DownstreamClient, DownstreamRefused, expect, expect_empty
from clients.downstream.inventory import AuthenticatedClient
from clients.downstream.inventory.api.reservations import (
    confirm_reservation,
    create_reservation,
    get_reservation,
    release_reservation,
)
from clients.downstream.inventory.models import Reservation as ReservationReply
from clients.downstream.inventory.models import (
    ReservationCreate,
    ReservationLineCreate,
    ReservationPatch,
)
from impl.domain.downstream import Reservation, ReservationStatus
from impl.domain.errors import Conflict, Fault, NotFound, OutOfStock
from impl.domain.orders import OrderLine
from impl.gateways.translation import errors_of, translated

SERVICE = "inventory"
_LINE = re.compile(r"/lines/\d+")


class InventoryGateway:
    """`impl.domain.ports.Inventory`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def reserve(
        self, *, order_id: UUID, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Reservation:
        body = ReservationCreate(
            order_id=order_id,
            lines=[ReservationLineCreate(sku=line.sku, quantity=line.quantity) for line in lines],
        )
        with translated({"out_of_stock": _out_of_stock}):
            reply = await expect(
                SERVICE,
                ReservationReply,
                create_reservation.asyncio(
                    client=self._client, body=body, idempotency_key=idempotency_key
                ),
            )
        return _reservation(reply)

    async def confirm(self, reservation_id: str) -> Reservation:
        released = Conflict("The stock is no longer set aside.")
        with translated({"reservation_released": lambda _: released}):
            reply = await expect(
                SERVICE,
                ReservationReply,
                confirm_reservation.asyncio(
                    reservation_id, client=self._client, body=ReservationPatch(status="confirmed")
                ),
            )
        return _reservation(reply)

    async def release(self, reservation_id: str) -> None:
        with translated():
            await expect_empty(
                SERVICE, release_reservation.asyncio_detailed(reservation_id, client=self._client)
            )

    async def get(self, reservation_id: str) -> Reservation:
        with translated({"not_found": lambda _: NotFound("No reservation has this id.")}):
            reply = await expect(
                SERVICE,
                ReservationReply,
                get_reservation.asyncio(reservation_id, client=self._client),
            )
        return _reservation(reply)


def _out_of_stock(refusal: DownstreamRefused) -> OutOfStock:
    """Names the lines that are short; those of a reservation are those of its order."""
    places = (_LINE.match(str(error.get("pointer"))) for error in errors_of(refusal))
    faults = tuple(
        Fault("out_of_stock", "Not enough of this is in stock.", pointer=place.group())
        for place in places
        if place
    )
    return OutOfStock("Not everything is in stock.", faults=faults)


def _reservation(reply: ReservationReply) -> Reservation:
    return Reservation(id=reply.id, status=ReservationStatus(reply.status))
