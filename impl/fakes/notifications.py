"""The notifications service: what is queued has been sent a second later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from accord.runtime import Principal
from accord.runtime.declare import Api
from generated.downstream.notifications import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, new_id, now

_DELAY = timedelta(seconds=1)


def api(ledger: Ledger) -> Api:
    return routes.api(messages=Messages(ledger))


class Messages:
    """Messages are listed by order."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def list_messages(self, *, order_id: UUID, principal: Principal) -> models.MessagePage:
        messages, _ = self._ledger.page(models.Message, str(order_id))
        return models.MessagePage(items=[_by_now(message) for message in messages])

    async def send_message(
        self, *, idempotency_key: str, body: models.MessageCreate, principal: Principal
    ) -> handlers.SendMessage201:
        call = Call(principal.subject, "sendMessage", idempotency_key)

        def send() -> models.Message:
            message = models.Message(
                id=new_id("msg"),
                order_id=body.order_id,
                customer_id=body.customer_id,
                template=body.template,
                channel=body.channel,
                status=models.MessageStatus("queued"),
                created_at=now(),
            )
            self._ledger.save(call, message.id, str(message.order_id), message)
            return message

        message = self._ledger.once(call, body, models.Message, send)
        return handlers.SendMessage201(body=message, location=f"/messages/{message.id}")

    async def get_message(self, *, message_id: str, principal: Principal) -> models.Message:
        return _by_now(self._ledger.get(models.Message, message_id))


def _by_now(message: models.Message) -> models.Message:
    sent_at = message.created_at + _DELAY
    if sent_at > now():
        return message
    return message.model_copy(update={"status": models.MessageStatus("sent"), "sent_at": sent_at})
