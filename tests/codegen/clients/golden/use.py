"""How a client is used: checked by mypy, never run."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.codegen.clients.golden.expected import AuthenticatedClient, Client
from tests.codegen.clients.golden.expected.api.labels import get_label, put_label
from tests.codegen.clients.golden.expected.api.parcels import (
    cancel_parcel,
    list_parcels,
    send_parcel,
    watch_parcels,
)
from tests.codegen.clients.golden.expected.models import (
    Address,
    Box,
    Filter,
    NewParcel,
    Parcel,
    Problem,
    PutLabelRequest,
)
from tests.codegen.clients.golden.expected.types import UNSET, File, UnknownObject, UnknownText

BASE = "https://parcels.example"


def listed(client: AuthenticatedClient, when: datetime) -> list[Parcel]:
    response = list_parcels.sync_detailed(
        client=client, state=["waiting"], since=when, filter=Filter(city="Bonn")
    )
    total: int | None = list_parcels.headers_of(response).x_total
    if response.parsed is None or isinstance(response.parsed, Problem) or total is None:
        return []
    return response.parsed


def destination(parcel: Parcel) -> str:
    match parcel.to:
        case Address():
            return parcel.to.street
        case Box():
            return str(parcel.to.number)
        case UnknownObject():
            return str(parcel.to["kind"])


def state(parcel: Parcel) -> str:
    return "new" if isinstance(parcel.state, UnknownText) else parcel.state


def weight(parcel: Parcel) -> int:
    grams = parcel.grams
    return 0 if grams is UNSET or not grams else grams


async def main(when: datetime) -> None:
    async with AuthenticatedClient(BASE, token="secret") as client:
        listed(client, when)
        sent = await send_parcel.asyncio(
            client=client, body=NewParcel(to=Box(number=3), grams=3), content_type=UNSET
        )
        if isinstance(sent, Parcel):
            await cancel_parcel.asyncio_detailed(sent.id, client=client)
            body = PutLabelRequest(image=File(b"PNG", "label.png"))
            await put_label.asyncio_detailed(sent.id, client=client, body=body)
        async for event in watch_parcels.asyncio_stream(client=client):
            state(event.data)
    get_label.sync(UUID(int=0), client=Client(BASE))
