"""The pricing service."""

from __future__ import annotations

from collections.abc import Sequence

from accord.downstream import DownstreamClient, expect
from clients.downstream.pricing import AuthenticatedClient
from clients.downstream.pricing.api.quotes import create_quote, get_quote
from clients.downstream.pricing.models import Money as MoneyReply
from clients.downstream.pricing.models import MoneyInput, QuoteCreate, QuoteLineCreate
from clients.downstream.pricing.models import Quote as QuoteReply
from impl.domain.downstream import Quote
from impl.domain.errors import NotFound
from impl.domain.money import Money
from impl.domain.orders import OrderLine
from impl.gateways.translation import translated

SERVICE = "pricing"


class PricingGateway:
    """`impl.domain.ports.Pricing`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def quote(
        self, *, customer_id: str, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Quote:
        body = QuoteCreate(customer_id=customer_id, lines=[_line(line) for line in lines])
        with translated():
            reply = await expect(
                SERVICE,
                QuoteReply,
                create_quote.asyncio(
                    client=self._client, body=body, idempotency_key=idempotency_key
                ),
            )
        return _quote(reply)

    async def get(self, quote_id: str) -> Quote:
        with translated({"not_found": lambda _: NotFound("No quote has this id.")}):
            reply = await expect(
                SERVICE, QuoteReply, get_quote.asyncio(quote_id, client=self._client)
            )
        return _quote(reply)


def _line(line: OrderLine) -> QuoteLineCreate:
    price = MoneyInput(amount_minor=line.unit_price.amount_minor, currency=line.unit_price.currency)
    return QuoteLineCreate(sku=line.sku, quantity=line.quantity, unit_price=price)


def _quote(reply: QuoteReply) -> Quote:
    return Quote(
        id=reply.id,
        discount=_money(reply.discount),
        tax=_money(reply.tax),
        total=_money(reply.total),
        expires_at=reply.expires_at,
    )


def _money(reply: MoneyReply) -> Money:
    return Money(reply.amount_minor, reply.currency)
