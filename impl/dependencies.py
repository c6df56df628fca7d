"""What handlers ask for, layer by layer; tests replace any of it by `dependency_overrides`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from accord.runtime import per_application
from impl.sagas.change_order import ChangeOrder
from impl.sagas.place_order import PlaceOrder
from impl.sagas.resume_order import ResumeOrder
from impl.services.item_batches import ItemBatches
from impl.services.item_export import ItemExport
from impl.services.item_statistics import ItemStatistics
from impl.services.items import ItemService
from impl.services.orders import OrderService
from impl.services.parked_orders import ParkedOrders


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases; they live as long as the application."""

    items: ItemService
    item_batches: ItemBatches
    item_statistics: ItemStatistics
    item_export: ItemExport
    orders: OrderService
    place_order: PlaceOrder
    change_order: ChangeOrder
    parked_orders: ParkedOrders
    resume_order: ResumeOrder


@per_application
def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


def item_service(services: ServicesDep) -> ItemService:
    return services.items


def item_batches(services: ServicesDep) -> ItemBatches:
    return services.item_batches


def item_statistics(services: ServicesDep) -> ItemStatistics:
    return services.item_statistics


def item_export(services: ServicesDep) -> ItemExport:
    return services.item_export


def order_service(services: ServicesDep) -> OrderService:
    return services.orders


def place_order(services: ServicesDep) -> PlaceOrder:
    return services.place_order


def change_order(services: ServicesDep) -> ChangeOrder:
    return services.change_order


def parked_orders(services: ServicesDep) -> ParkedOrders:
    return services.parked_orders


def resume_order(services: ServicesDep) -> ResumeOrder:
    return services.resume_order


ItemServiceDep = Annotated[ItemService, Depends(item_service)]
ItemBatchesDep = Annotated[ItemBatches, Depends(item_batches)]
ItemStatisticsDep = Annotated[ItemStatistics, Depends(item_statistics)]
ItemExportDep = Annotated[ItemExport, Depends(item_export)]
OrderServiceDep = Annotated[OrderService, Depends(order_service)]
PlaceOrderDep = Annotated[PlaceOrder, Depends(place_order)]
ChangeOrderDep = Annotated[ChangeOrder, Depends(change_order)]
ParkedOrdersDep = Annotated[ParkedOrders, Depends(parked_orders)]
ResumeOrderDep = Annotated[ResumeOrder, Depends(resume_order)]
