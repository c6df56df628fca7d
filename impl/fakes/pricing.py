"""The pricing service: 5 % off from 100.00 on, and 8.1 % tax."""

from __future__ import annotations

from datetime import timedelta

from accord.runtime import FieldError, Principal
from accord.runtime.declare import Api
from generated.downstream.pricing import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, invalid, new_id, now

_HOLDS = timedelta(minutes=15)
_DISCOUNT_FROM = 100_00
_LARGEST = 1_000_000_000_000


def api(ledger: Ledger) -> Api:
    return routes.api(quotes=Quotes(ledger))


class Quotes:
    """Quotes are listed by customer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_quotes(
        self, *, customer_id: str, limit: int, cursor: str | None, principal: Principal
    ) -> models.QuotePage:
        quotes, more = self._ledger.page(models.Quote, customer_id, limit=limit, cursor=cursor)
        return models.QuotePage(items=quotes, next_cursor=more)

    async def create_quote(
        self, *, idempotency_key: str, body: models.QuoteCreate, principal: Principal
    ) -> handlers.CreateQuote201:
        call = Call(principal.subject, "createQuote", idempotency_key)

        def create() -> models.Quote:
            quote = _quote(body)
            self._ledger.save(call, quote.id, quote.customer_id, quote)
            return quote

        quote = self._ledger.once(call, body, models.Quote, create)
        return handlers.CreateQuote201(body=quote, location=f"/quotes/{quote.id}")

    async def get_quote(self, *, quote_id: str, principal: Principal) -> models.Quote:
        return self._ledger.get(models.Quote, quote_id)


def _quote(body: models.QuoteCreate) -> models.Quote:
    currency = body.lines[0].unit_price.currency
    foreign = [
        FieldError("currency_mixed", f"Is not {currency}.", pointer=f"/lines/{index}/unit_price")
        for index, line in enumerate(body.lines)
        if line.unit_price.currency != currency
    ]
    if foreign:
        raise invalid(*foreign)
    gross = sum(line.unit_price.amount_minor * line.quantity for line in body.lines)
    discount = gross // 20 if gross >= _DISCOUNT_FROM else 0
    tax = ((gross - discount) * 81 + 500) // 1000
    total = gross - discount + tax
    if max(gross, total) > _LARGEST:
        raise invalid(FieldError("total_too_large", "Adds up to too much.", pointer="/lines"))
    made = now()
    return models.Quote(
        id=new_id("quo"),
        customer_id=body.customer_id,
        lines=[_line(line) for line in body.lines],
        discount=models.Money(amount_minor=discount, currency=currency),
        tax=models.Money(amount_minor=tax, currency=currency),
        total=models.Money(amount_minor=total, currency=currency),
        created_at=made,
        expires_at=made + _HOLDS,
    )


def _line(line: models.QuoteLineCreate) -> models.QuoteLine:
    price = line.unit_price
    return models.QuoteLine(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=models.Money(amount_minor=price.amount_minor, currency=price.currency),
        line_total=models.Money(
            amount_minor=price.amount_minor * line.quantity, currency=price.currency
        ),
    )
