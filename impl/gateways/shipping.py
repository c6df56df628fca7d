"""The shipping service."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accord.downstream import DownstreamClient, DownstreamRefused, expect, expect_empty
from clients.downstream.shipping import AuthenticatedClient
from clients.downstream.shipping.api.shipments import (
    cancel_shipment,
    create_shipment,
    get_shipment,
)
from clients.downstream.shipping.models import AddressInput, ShipmentCreate, ShipmentLineCreate
from clients.downstream.shipping.models import Shipment as ShipmentReply
from clients.downstream.shipping.types import UNSET
from impl.domain.downstream import Shipment, ShipmentStatus
from impl.domain.errors import Conflict, Fault, Invalid, NotFound
from impl.domain.orders import Address, OrderLine
from impl.gateways.translation import translated

SERVICE = "shipping"


class ShippingGateway:
    """`impl.domain.ports.Shipping`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def create(
        self,
        *,
        order_id: UUID,
        address: Address,
        lines: Sequence[OrderLine],
        idempotency_key: str,
    ) -> Shipment:
        body = ShipmentCreate(
            order_id=order_id,
            address=_address(address),
            lines=[ShipmentLineCreate(sku=line.sku, quantity=line.quantity) for line in lines],
        )
        with translated({"not_deliverable": _not_deliverable}):
            reply = await expect(
                SERVICE,
                ShipmentReply,
                create_shipment.asyncio(
                    client=self._client, body=body, idempotency_key=idempotency_key
                ),
            )
        return _shipment(reply)

    async def cancel(self, shipment_id: str) -> None:
        with translated({"shipment_closed": lambda _: Conflict("The shipment is on its way.")}):
            await expect_empty(
                SERVICE, cancel_shipment.asyncio_detailed(shipment_id, client=self._client)
            )

    async def get(self, shipment_id: str) -> Shipment:
        with translated({"not_found": lambda _: NotFound("No shipment has this id.")}):
            reply = await expect(
                SERVICE, ShipmentReply, get_shipment.asyncio(shipment_id, client=self._client)
            )
        return _shipment(reply)


def _not_deliverable(_: DownstreamRefused) -> Invalid:
    detail = "No carrier delivers to this address."
    return Invalid(Fault("not_deliverable", detail, pointer="/shipping_address"))


def _address(address: Address) -> AddressInput:
    return AddressInput(
        recipient=address.recipient,
        line1=address.line1,
        line2=UNSET if address.line2 is None else address.line2,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
    )


def _shipment(reply: ShipmentReply) -> Shipment:
    return Shipment(
        id=reply.id,
        status=ShipmentStatus(reply.status),
        carrier=reply.carrier or None,
        tracking_number=reply.tracking_number or None,
    )
