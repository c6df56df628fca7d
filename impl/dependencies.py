"""What handlers ask for, layer by layer; tests replace any of it by `dependency_overrides`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from accord.runtime import per_application
from impl.sagas.place_order import PlaceOrder
from impl.services.items import ItemService
from impl.services.orders import OrderService


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases; they live as long as the application."""

    items: ItemService
    orders: OrderService
    place_order: PlaceOrder


@per_application
def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


def item_service(services: ServicesDep) -> ItemService:
    return services.items


def order_service(services: ServicesDep) -> OrderService:
    return services.orders


def place_order(services: ServicesDep) -> PlaceOrder:
    return services.place_order


ItemServiceDep = Annotated[ItemService, Depends(item_service)]
OrderServiceDep = Annotated[OrderService, Depends(order_service)]
PlaceOrderDep = Annotated[PlaceOrder, Depends(place_order)]
