"""An order with its six sections, as version 2 shows it."""

from __future__ import annotations

from generated.store.v2 import models
from impl.domain.downstream import Customer, Message, Payment, Quote, Reservation, Shipment
from impl.domain.order_details import Available, Missing, OrderDetails
from impl.handlers.v2.items import money_model

_AVAILABLE = models.SectionStatus.AVAILABLE
_UNAVAILABLE = models.SectionStatus.UNAVAILABLE


def detailed(order: models.Order, details: OrderDetails) -> models.OrderDetailed:
    """`order` is the order of `details` on the wire."""
    return models.OrderDetailed(
        view="detailed",
        id=order.id,
        customer_id=order.customer_id,
        status=order.status,
        lines=order.lines,
        total=order.total,
        shipping_address=order.shipping_address,
        note=order.note,
        contact_email=order.contact_email,
        created_at=order.created_at,
        updated_at=order.updated_at,
        customer=_customer(details.customer),
        quote=_quote(details.quote),
        reservation=_reservation(details.reservation),
        payment=_payment(details.payment),
        shipment=_shipment(details.shipment),
        messages=_messages(details.messages),
    )


def _customer(section: Available[Customer] | Missing) -> models.CustomerSection:
    if isinstance(section, Missing):
        return models.CustomerSection(status=_UNAVAILABLE, reason=section.reason)
    return models.CustomerSection(status=_AVAILABLE, data=customer_model(section.data))


def customer_model(customer: Customer) -> models.Customer:
    """A customer on the wire."""
    return models.Customer(id=customer.id, name=customer.name)


def _quote(section: Available[Quote] | Missing) -> models.QuoteSection:
    if isinstance(section, Missing):
        return models.QuoteSection(status=_UNAVAILABLE, reason=section.reason)
    quote = section.data
    data = models.Quote(
        id=quote.id,
        discount=money_model(quote.discount),
        tax=money_model(quote.tax),
        total=money_model(quote.total),
        expires_at=quote.expires_at,
    )
    return models.QuoteSection(status=_AVAILABLE, data=data)


def _reservation(section: Available[Reservation] | Missing) -> models.ReservationSection:
    if isinstance(section, Missing):
        return models.ReservationSection(status=_UNAVAILABLE, reason=section.reason)
    reservation = section.data
    data = models.Reservation(
        id=reservation.id, status=models.ReservationStatus(reservation.status)
    )
    return models.ReservationSection(status=_AVAILABLE, data=data)


def _payment(section: Available[Payment] | Missing) -> models.PaymentSection:
    if isinstance(section, Missing):
        return models.PaymentSection(status=_UNAVAILABLE, reason=section.reason)
    payment = section.data
    data = models.Payment(
        id=payment.id,
        status=models.PaymentStatus(payment.status),
        amount=money_model(payment.amount),
    )
    return models.PaymentSection(status=_AVAILABLE, data=data)


def _shipment(section: Available[Shipment] | Missing) -> models.ShipmentSection:
    if isinstance(section, Missing):
        return models.ShipmentSection(status=_UNAVAILABLE, reason=section.reason)
    shipment = section.data
    data = models.Shipment(
        id=shipment.id,
        status=models.ShipmentStatus(shipment.status),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
    )
    return models.ShipmentSection(status=_AVAILABLE, data=data)


def _messages(section: Available[tuple[Message, ...]] | Missing) -> models.MessagesSection:
    if isinstance(section, Missing):
        return models.MessagesSection(status=_UNAVAILABLE, reason=section.reason)
    return models.MessagesSection(
        status=_AVAILABLE, data=[_message(message) for message in section.data]
    )


def _message(message: Message) -> models.Message:
    return models.Message(
        id=message.id,
        template=models.MessageTemplate(message.template),
        channel=models.MessageChannel(message.channel),
        status=models.MessageStatus(message.status),
        sent_at=message.sent_at,
    )
