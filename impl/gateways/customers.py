"""The customers service."""

from __future__ import annotations

from accord.downstream import DownstreamClient, expect
from clients.downstream.customers import AuthenticatedClient
from clients.downstream.customers.api.customers import get_customer
from clients.downstream.customers.models import Customer as CustomerReply
from impl.domain.downstream import Customer
from impl.domain.errors import NotFound
from impl.gateways.translation import translated

SERVICE = "customers"


class CustomersGateway:
    """`impl.domain.ports.Customers`, over HTTP."""

    def __init__(self, http: DownstreamClient) -> None:
        self._client = AuthenticatedClient(http.downstream.base_url).set_async_httpx_client(http)

    async def get(self, customer_id: str) -> Customer:
        with translated({"not_found": lambda _: NotFound("No customer has this id.")}):
            customer = await expect(
                SERVICE, CustomerReply, get_customer.asyncio(customer_id, client=self._client)
            )
        return Customer(
            id=customer.id,
            first_name=customer.first_name,
            last_name=customer.last_name,
            blocked=customer.status == "blocked",
        )
