"""The shipping service: no carrier delivers to Antarctica (`AQ`)."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import FieldError, Principal, Problem
from accord.runtime.declare import Api
from generated.downstream.shipping import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, invalid, new_id, now

_UNREACHABLE = "AQ"


def api(ledger: Ledger) -> Api:
    return routes.api(shipments=Shipments(ledger))


class Shipments:
    """Shipments are listed by order. Those with the recipient `In Transit` are on their way at
    once, so that nothing can be changed any more."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_shipments(self, *, order_id: UUID, principal: Principal) -> models.ShipmentPage:
        shipments, _ = self._ledger.page(models.Shipment, str(order_id))
        return models.ShipmentPage(items=shipments)

    async def create_shipment(
        self, *, idempotency_key: str, body: models.ShipmentCreate, principal: Principal
    ) -> handlers.CreateShipment201:
        call = Call(principal.subject, "createShipment", idempotency_key)

        def create() -> models.Shipment:
            _refuse_unreachable(body.address)
            shipment_id = new_id("shp")
            gone = body.address.recipient == "In Transit"
            shipment = models.Shipment(
                id=shipment_id,
                order_id=body.order_id,
                status=models.ShipmentStatus("in_transit" if gone else "created"),
                address=_address(body.address),
                carrier="Swiss Post",
                tracking_number=f"99{int(shipment_id[4:], 16) % 10**10:010}",
                created_at=now(),
            )
            self._save(call, shipment)
            return shipment

        shipment = self._ledger.once(call, body, models.Shipment, create)
        return handlers.CreateShipment201(body=shipment, location=f"/shipments/{shipment.id}")

    async def get_shipment(self, *, shipment_id: str, principal: Principal) -> models.Shipment:
        return self._ledger.get(models.Shipment, shipment_id)

    async def update_shipment(
        self, *, shipment_id: str, body: models.ShipmentPatch, principal: Principal
    ) -> models.Shipment:
        with self._ledger.transaction():
            shipment = self._ledger.get(models.Shipment, shipment_id)
            if shipment.status != "created":
                raise _closed(shipment)
            if body.address is not None:
                _refuse_unreachable(body.address)
                shipment = shipment.model_copy(update={"address": _address(body.address)})
                self._save(Call(principal.subject, "updateShipment"), shipment)
        return shipment

    async def cancel_shipment(self, *, shipment_id: str, principal: Principal) -> None:
        with self._ledger.transaction():
            shipment = self._ledger.get(models.Shipment, shipment_id)
            if shipment.status == "cancelled":
                return
            if shipment.status != "created":
                raise _closed(shipment)
            update = {"status": models.ShipmentStatus("cancelled")}
            cancelled = shipment.model_copy(update=update)
            self._save(Call(principal.subject, "cancelShipment"), cancelled)

    def _save(self, call: Call, shipment: models.Shipment) -> None:
        self._ledger.save(call, shipment.id, str(shipment.order_id), shipment)


def _refuse_unreachable(address: models.AddressInput) -> None:
    if address.country == _UNREACHABLE:
        raise invalid(
            FieldError("not_deliverable", "No carrier delivers there.", pointer="/address")
        )


def _closed(shipment: models.Shipment) -> Problem:
    detail = f"The shipment is {shipment.status.replace('_', ' ')}."
    return Problem(409, code="shipment_closed", detail=detail)


def _address(address: models.AddressInput) -> models.Address:
    return models.Address.model_validate(address.model_dump())
