"""The inventory service: a million of everything, nothing of skus that begin with `OUT-`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from accord.runtime import FieldError, Model, Principal, Problem
from accord.runtime.declare import Api
from generated.downstream.inventory import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, new_id, now

_HOLDS = timedelta(minutes=15)
_DELIVERED = 1_000_000
_OUT = "OUT-"


def api(ledger: Ledger) -> Api:
    stock = Stock(ledger)
    return routes.api(reservations=Reservations(ledger, stock), stock=stock)


class Level(Model):
    """How many of one sku are set aside, as the ledger keeps it."""

    reserved: int


class Stock:
    """How much there is of each sku; every sku is known."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_stock(self, *, sku: list[str], principal: Principal) -> models.StockPage:
        return models.StockPage(items=[self.level(each) for each in sku])

    def level(self, sku: str) -> models.StockLevel:
        level = self._ledger.find(Level, sku)
        reserved = level.reserved if level else 0
        delivered = 0 if sku.startswith(_OUT) else _DELIVERED
        return models.StockLevel(sku=sku, available=max(0, delivered - reserved), reserved=reserved)

    def move(self, reservation: models.Reservation, *, sign: int) -> None:
        """Sets the lines of a reservation aside (`sign` 1), or puts them back (-1)."""
        for line in reservation.lines:
            reserved = self.level(line.sku).reserved + sign * line.quantity
            self._ledger.keep(line.sku, "stock", Level(reserved=reserved))


class Reservations:
    """Reservations are listed by order."""

    def __init__(self, ledger: Ledger, stock: Stock) -> None:
        self._ledger = ledger
        self._stock = stock

    async def create_reservation(
        self, *, idempotency_key: str, body: models.ReservationCreate, principal: Principal
    ) -> handlers.CreateReservation201:
        call = Call(principal.subject, "createReservation", idempotency_key)

        def create() -> models.Reservation:
            self._refuse_short(body)
            made = now()
            reservation = models.Reservation(
                id=new_id("res"),
                order_id=body.order_id,
                status=models.ReservationStatus("held"),
                lines=[
                    models.ReservationLine(sku=line.sku, quantity=line.quantity)
                    for line in body.lines
                ],
                created_at=made,
                expires_at=made + _HOLDS,
            )
            self._stock.move(reservation, sign=1)
            self._save(call, reservation)
            return reservation

        reservation = self._ledger.once(call, body, models.Reservation, create)
        location = f"/reservations/{reservation.id}"
        return handlers.CreateReservation201(body=reservation, location=location)

    async def get_reservation(
        self, *, reservation_id: str, principal: Principal
    ) -> models.Reservation:
        with self._ledger.transaction():
            return self._current(reservation_id)

    async def confirm_reservation(
        self, *, reservation_id: str, body: models.ReservationPatch, principal: Principal
    ) -> models.Reservation:
        call = Call(principal.subject, "confirmReservation")
        with self._ledger.transaction():
            reservation = self._current(reservation_id)
            if reservation.status == "held":
                reservation = _with_status(reservation, "confirmed")
                self._save(call, reservation)
        if reservation.status == "released":
            detail = "The reservation was released or has expired."
            raise Problem(409, code="reservation_released", detail=detail)
        return reservation

    async def release_reservation(self, *, reservation_id: str, principal: Principal) -> None:
        with self._ledger.transaction():
            reservation = self._current(reservation_id)
            if reservation.status != "released":
                self._release(Call(principal.subject, "releaseReservation"), reservation)

    def _current(self, reservation_id: str) -> models.Reservation:
        """The reservation; one that is no longer held in time is released here."""
        reservation = self._ledger.get(models.Reservation, reservation_id)
        if reservation.expires_at is not None and reservation.expires_at <= now():
            return self._release(Call("clock", "expireReservation"), reservation)
        return reservation

    def _release(self, call: Call, reservation: models.Reservation) -> models.Reservation:
        released = _with_status(reservation, "released")
        self._stock.move(released, sign=-1)
        self._save(call, released)
        return released

    def _save(self, call: Call, reservation: models.Reservation) -> None:
        self._ledger.save(call, reservation.id, _owner(reservation.order_id), reservation)

    def _refuse_short(self, body: models.ReservationCreate) -> None:
        wanted: Counter[str] = Counter()
        for line in body.lines:
            wanted[line.sku] += line.quantity
        short = [
            FieldError("out_of_stock", "Not enough in stock.", pointer=f"/lines/{index}/quantity")
            for index, line in enumerate(body.lines)
            if wanted[line.sku] > self._stock.level(line.sku).available
        ]
        if short:
            lines = "1 line" if len(short) == 1 else f"{len(short)} lines"
            raise Problem(
                409, code="out_of_stock", detail=f"{lines} cannot be set aside.", errors=short
            )


def _owner(order_id: UUID) -> str:
    return str(order_id)


def _with_status(reservation: models.Reservation, status: str) -> models.Reservation:
    """Confirmed and released reservations do not expire."""
    update = {"status": models.ReservationStatus(status), "expires_at": None}
    return reservation.model_copy(update=update)
