"""The payments service."""

from __future__ import annotations

from uuid import UUID

from accord.downstream import DownstreamClient, DownstreamRefused, expect, expect_empty
from clients.downstream.payments import AuthenticatedClient
from clients.downstream.payments.api.payments import (
    authorize_payment,
    get_payment,
    update_payment,
    void_payment,
)
from clients.downstream.payments.models import MoneyInput, PaymentCreate, PaymentPatch
from clients.downstream.payments.models import Payment as PaymentReply
from impl.domain.downstream import Payment, PaymentStatus
from impl.domain.errors import Conflict, Fault, Invalid, NotFound, PaymentDeclined
from impl.domain.money import Money
from impl.gateways.translation import translated

SERVICE = "payments"


class PaymentsGateway:
    """`impl.domain.ports.Payments`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def authorize(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        payment_method_id: str,
        amount: Money,
        idempotency_key: str,
    ) -> Payment:
        body = PaymentCreate(
            order_id=order_id,
            customer_id=customer_id,
            payment_method_id=payment_method_id,
            amount=MoneyInput(amount_minor=amount.amount_minor, currency=amount.currency),
        )
        refusals = {"payment_declined": _declined, "payment_method_unknown": _unknown_method}
        with translated(refusals):
            reply = await expect(
                SERVICE,
                PaymentReply,
                authorize_payment.asyncio(
                    client=self._client, body=body, idempotency_key=idempotency_key
                ),
            )
        return _payment(reply)

    async def capture(self, payment_id: str) -> Payment:
        voided = Conflict("The payment has been voided.")
        with translated({"payment_voided": lambda _: voided}):
            reply = await expect(
                SERVICE,
                PaymentReply,
                update_payment.asyncio(
                    payment_id, client=self._client, body=PaymentPatch(status="captured")
                ),
            )
        return _payment(reply)

    async def void(self, payment_id: str) -> None:
        with translated():
            await expect_empty(
                SERVICE, void_payment.asyncio_detailed(payment_id, client=self._client)
            )

    async def get(self, payment_id: str) -> Payment:
        with translated({"not_found": lambda _: NotFound("No payment has this id.")}):
            reply = await expect(
                SERVICE, PaymentReply, get_payment.asyncio(payment_id, client=self._client)
            )
        return _payment(reply)


def _declined(_: DownstreamRefused) -> PaymentDeclined:
    return PaymentDeclined("The payment was declined; nothing was charged.")


def _unknown_method(_: DownstreamRefused) -> Invalid:
    detail = "No payment method has this id."
    return Invalid(Fault("payment_method_unknown", detail, pointer="/payment_method_id"))


def _payment(reply: PaymentReply) -> Payment:
    return Payment(
        id=reply.id,
        status=PaymentStatus(reply.status),
        amount=Money(reply.amount.amount_minor, reply.amount.currency),
    )
