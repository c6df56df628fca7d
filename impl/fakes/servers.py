"""Six services on six ports, in one process."""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from accord.runtime import Application, Principal
from accord.runtime.declare import Api
from impl.fakes import customers, inventory, notifications, payments, pricing, shipping
from impl.fakes.faults import Faults, Plan
from impl.fakes.ledger import Ledger
from impl.fakes.misbehaviour import Misbehaviour, ResettableProtocol

SERVICES: Mapping[str, Callable[[Ledger], Api]] = {
    "customers": customers.api,
    "pricing": pricing.api,
    "inventory": inventory.api,
    "payments": payments.api,
    "shipping": shipping.api,
    "notifications": notifications.api,
}


@dataclass(frozen=True, slots=True)
class Fakes(Mapping[str, str]):
    """The addresses of the fakes by service, and the `faults` that they have."""

    addresses: Mapping[str, str]
    faults: Faults

    def __getitem__(self, service: str) -> str:
        return self.addresses[service]

    def __iter__(self) -> Iterator[str]:
        return iter(self.addresses)

    def __len__(self) -> int:
        return len(self.addresses)


@asynccontextmanager
async def running(
    state: Path,
    *,
    api_key: str,
    port_base: int | None = None,
    host: str = "127.0.0.1",
    plan: Plan | None = None,
    services: Collection[str] = tuple(SERVICES),
    ignore_keys: bool = False,
) -> AsyncIterator[Fakes]:
    """Serves some of `SERVICES`, or all; gives their addresses.

    `state` is the folder of their ledgers, `<service>.sqlite3`; it is made if need be. Ports are
    `port_base` and those that follow, in the order of `SERVICES`, or free ones. `plan` is what
    goes wrong; raises WrongFaults where it names what does not exist. With `ignore_keys`,
    idempotency keys mean nothing to them.
    """
    with ExitStack() as stack:
        apis = {
            service: api(
                stack.enter_context(
                    closing(Ledger(ledger_path(state, service), ignore_keys=ignore_keys))
                )
            )
            for service, api in SERVICES.items()
            if service in services
        }
        ids = {
            service: [operation.id for operation in api.contract.operations]
            for service, api in apis.items()
        }
        faults = Faults(ids, plan)
        listeners: dict[str, socket.socket] = {}
        servers: list[_Server] = []
        for index, (service, api) in enumerate(apis.items()):
            port = 0 if port_base is None else port_base + index
            listeners[service] = stack.enter_context(closing(_listen(host, port)))
            app = Misbehaviour(
                application(api, api_key),
                service=service,
                operations=api.contract.operations,
                faults=faults,
            )
            servers.append(_Server(app))
        async with _serving(servers, list(listeners.values())):
            addresses = {
                service: f"http://{host}:{listener.getsockname()[1]}"
                for service, listener in listeners.items()
            }
            yield Fakes(addresses, faults)


def ledger_path(state: Path, service: str) -> Path:
    """The ledger of a service; its `effects` are there to be audited."""
    return state / f"{service}.sqlite3"


def application(api: Api, api_key: str) -> Application:
    """The application of one service. Every reply is held against the contract."""

    async def verify(credential: object) -> Principal | None:
        known = isinstance(credential, str) and hmac.compare_digest(
            credential.encode(), api_key.encode()
        )
        return Principal("store") if known else None

    return Application(apis=[api], verify={"apiKeyAuth": verify}, check_replies=1.0)


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    def __init__(self, app: Misbehaviour) -> None:
        config = uvicorn.Config(
            app,
            http=ResettableProtocol,
            # Else a caller could say that it is on this machine.
            proxy_headers=False,
            access_log=False,
            # Left alone, uvicorn would set up logging for the whole process, the store's too.
            log_config=None,
            timeout_graceful_shutdown=5,
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _serving(servers: list[_Server], listeners: list[socket.socket]) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    try:
        while not all(server.started for server in servers):
            if any(task.done() for task in tasks):
                raise RuntimeError("a fake ended before it served; its log says why")
            await asyncio.sleep(0.005)
        yield
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener
