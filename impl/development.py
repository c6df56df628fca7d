"""`python -m impl dev`: the store and its six fakes in one process, ready to be tried out."""

from __future__ import annotations

import socket
from pathlib import Path

from accord.service.lines import LineWriter
from accord.service.logging import configure_logging
from accord.service.server import server, url
from impl import fakes, migrations
from impl.app import create_app
from impl.auth import development_token
from impl.seed import demonstration_items, seed
from impl.settings import Settings
from impl.wiring import open_database


async def serve(settings: Settings, state: Path, listener: socket.socket) -> None:
    """Serves until it is told to stop; all that it keeps is in the folder `state`, which exists."""
    given = settings.model_fields_set
    chosen = {} if "database_url" in given else {"database_url": database_url(state)}
    settings = settings.model_copy(update=chosen)
    async with open_database(settings) as database:
        await migrations.migrate(database.writes)
        await seed(database)
    log = settings.log_file or state / "store.log"
    lines = LineWriter(log)
    configure_logging(lines.write, level=settings.log_level)
    async with fakes.running(state / "fakes", api_key=settings.key("downstream_key")) as addresses:
        settings = settings.model_copy(
            update={
                f"{service}_url": address
                for service, address in addresses.items()
                if f"{service}_url" not in given
            }
        )
        app = create_app(settings, write_log=lines.write)
        welcome = _welcome(url(listener), development_token(settings), log)
        await server(
            app,
            settings,
            started=lambda: print(welcome, flush=True),
            draining=app.state.health.drain,
        ).serve(sockets=[listener])
    lines.close()


def database_url(state: Path) -> str:
    """SQLite in the folder `state`."""
    return f"sqlite+aiosqlite:///{state / 'store.db'}"


def _welcome(address: str, bearer: str, log: Path) -> str:
    item = demonstration_items()[0]
    return f"""\
The store answers at {address}; its log is {log}. Stop it with Ctrl-C.

A token for 12 hours, with every scope:
export TOKEN={bearer}

Three items:
curl -s -H "Authorization: Bearer {bearer}" '{address}/v2/items?page_size=3'

An order for two mugs, over six services:
curl -s -X POST {address}/v2/orders -H "Authorization: Bearer {bearer}" \\
  -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s)" -d '{{
    "customer_id": "cus_8f3k2m9q1z", "payment_method_id": "pm_4t7v1x9b2c",
    "lines": [{{"item_id": "{item.id}", "quantity": 2}}],
    "shipping_address": {{"recipient": "Ada Lovelace", "line1": "Marktgasse 12",
      "postal_code": "3011", "city": "Bern", "country": "CH"}}}}'
"""
