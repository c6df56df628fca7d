"""The six internal services, each behind its port of `impl.domain.ports`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from accord.downstream import DownstreamClient, DownstreamMetrics, open_client
from impl.domain import ports
from impl.gateways import customers, inventory, notifications, payments, pricing, shipping
from impl.gateways.policies import downstream

SERVICES = tuple(
    module.SERVICE for module in (customers, pricing, inventory, payments, shipping, notifications)
)


@dataclass(frozen=True, slots=True)
class Gateways:
    """What the store's services ask the six for."""

    customers: ports.Customers
    pricing: ports.Pricing
    inventory: ports.Inventory
    payments: ports.Payments
    shipping: ports.Shipping
    notifications: ports.Notifications


@asynccontextmanager
async def open_gateways(
    addresses: Mapping[str, str],
    *,
    api_key: str,
    call_timeout: float = 5.0,
    connect_timeout: float = 1.0,
    max_connections: int = 100,
    metrics: DownstreamMetrics | None = None,
) -> AsyncIterator[Gateways]:
    """The gateways, each with its own pool of connections, for as long as the application lives.

    `addresses` has a base URL for each of `SERVICES`; times are in seconds, `max_connections` is
    per service. `metrics` shows what the gateways do.
    """
    async with AsyncExitStack() as stack:

        async def client(service: str) -> DownstreamClient:
            called = downstream(
                service,
                addresses[service],
                api_key=api_key,
                call_timeout=call_timeout,
                connect_timeout=connect_timeout,
                max_connections=max_connections,
            )
            return await stack.enter_async_context(open_client(called, metrics=metrics))

        yield Gateways(
            customers=customers.CustomersGateway(await client(customers.SERVICE)),
            pricing=pricing.PricingGateway(await client(pricing.SERVICE)),
            inventory=inventory.InventoryGateway(await client(inventory.SERVICE)),
            payments=payments.PaymentsGateway(await client(payments.SERVICE)),
            shipping=shipping.ShippingGateway(await client(shipping.SERVICE)),
            notifications=notifications.NotificationsGateway(await client(notifications.SERVICE)),
        )
