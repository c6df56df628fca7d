"""The payments service: declines methods that begin with `pm_declined`, does not know those that
begin with `pm_unknown`."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import FieldError, Principal, Problem
from accord.runtime.declare import Api
from generated.downstream.payments import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, invalid, new_id, now

_DECLINED = "pm_declined"
_UNKNOWN = "pm_unknown"


def api(ledger: Ledger) -> Api:
    return routes.api(payments=Payments(ledger))


class Payments:
    """Payments are listed by order."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_payments(self, *, order_id: UUID, principal: Principal) -> models.PaymentPage:
        payments, _ = self._ledger.page(models.Payment, str(order_id))
        return models.PaymentPage(items=payments)

    async def authorize_payment(
        self, *, idempotency_key: str, body: models.PaymentCreate, principal: Principal
    ) -> handlers.AuthorizePayment201:
        call = Call(principal.subject, "authorizePayment", idempotency_key)

        def authorize() -> models.Payment:
            _refuse(body.payment_method_id)
            at = now()
            payment = models.Payment(
                id=new_id("pay"),
                order_id=body.order_id,
                customer_id=body.customer_id,
                payment_method_id=body.payment_method_id,
                amount=models.Money(
                    amount_minor=body.amount.amount_minor, currency=body.amount.currency
                ),
                status=models.PaymentStatus("authorized"),
                created_at=at,
                updated_at=at,
            )
            self._ledger.save(call, payment.id, str(payment.order_id), payment)
            return payment

        payment = self._ledger.once(call, body, models.Payment, authorize)
        return handlers.AuthorizePayment201(body=payment, location=f"/payments/{payment.id}")

    async def get_payment(self, *, payment_id: str, principal: Principal) -> models.Payment:
        return self._ledger.get(models.Payment, payment_id)

    async def update_payment(
        self, *, payment_id: str, body: models.PaymentPatch, principal: Principal
    ) -> models.Payment:
        with self._ledger.transaction():
            payment = self._ledger.get(models.Payment, payment_id)
            if payment.status == "voided":
                raise Problem(409, code="payment_voided", detail="The payment was voided.")
            return self._set(Call(principal.subject, "updatePayment"), payment, "captured")

    async def void_payment(self, *, payment_id: str, principal: Principal) -> None:
        with self._ledger.transaction():
            payment = self._ledger.get(models.Payment, payment_id)
            self._set(Call(principal.subject, "voidPayment"), payment, "voided")

    def _set(self, call: Call, payment: models.Payment, status: str) -> models.Payment:
        """The payment with this status; no effect where it has it already."""
        if payment.status == status:
            return payment
        update = {"status": models.PaymentStatus(status), "updated_at": now()}
        changed = payment.model_copy(update=update)
        self._ledger.save(call, payment.id, str(payment.order_id), changed)
        return changed


def _refuse(payment_method_id: str) -> None:
    if payment_method_id.startswith(_DECLINED):
        raise Problem(
            402,
            code="payment_declined",
            title="Payment declined",
            detail="The issuer declined the payment.",
        )
    if payment_method_id.startswith(_UNKNOWN):
        detail = "No payment method has this id."
        raise invalid(FieldError("payment_method_unknown", detail, pointer="/payment_method_id"))
