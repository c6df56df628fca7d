"""The notifications service."""

from __future__ import annotations

from uuid import UUID

from accord.downstream import DownstreamClient, expect
from clients.downstream.notifications import AuthenticatedClient
from clients.downstream.notifications.api.messages import list_messages, send_message
from clients.downstream.notifications.models import Message as MessageReply
from clients.downstream.notifications.models import MessageCreate, MessagePage
from impl.domain.downstream import Message, MessageChannel, MessageStatus, MessageTemplate
from impl.gateways.translation import translated

SERVICE = "notifications"


class NotificationsGateway:
    """`impl.domain.ports.Notifications`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def send(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        template: MessageTemplate,
        channel: MessageChannel,
        idempotency_key: str,
    ) -> Message:
        body = MessageCreate(
            order_id=order_id,
            customer_id=customer_id,
            template=template.value,
            channel=channel.value,
        )
        with translated():
            reply = await expect(
                SERVICE,
                MessageReply,
                send_message.asyncio(
                    client=self._client, body=body, idempotency_key=idempotency_key
                ),
            )
        return _message(reply)

    async def of_order(self, order_id: UUID) -> tuple[Message, ...]:
        with translated():
            page = await expect(
                SERVICE, MessagePage, list_messages.asyncio(client=self._client, order_id=order_id)
            )
        return tuple(_message(reply) for reply in page.items)


def _message(reply: MessageReply) -> Message:
    return Message(
        id=reply.id,
        template=MessageTemplate(reply.template),
        channel=MessageChannel(reply.channel),
        status=MessageStatus(reply.status),
        sent_at=reply.sent_at or None,
    )
