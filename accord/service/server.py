"""The server under the application: uvicorn, set up from the settings alone."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from accord.runtime import Application
from accord.service.http_protocol import ServiceProtocol
from accord.service.settings import ServiceSettings


class PortTaken(Exception):
    """Somebody else listens on the port; the message says how to go on."""


def listen(settings: ServiceSettings) -> socket.socket:
    """A socket on the address that the settings name. Raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(settings.backlog)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. Stop what "
            f"listens there, or choose another port: {settings.prefix()}PORT={settings.port + 1}"
        ) from None
    return listener


def url(listener: socket.socket) -> str:
    """Where a socket listens, for people on the same machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Stops on SIGTERM and SIGINT, and returns: uvicorn's own sends itself the signal again,
    which ends the process before logs and connections are closed.

    At the signal `draining` is called, and requests are served for `drain_delay` seconds more, each
    on a connection that is closed after it: whoever sent it takes another one, to another replica.
    Then no connection is accepted any more, and what is in flight is finished. A second signal ends
    all waiting; `forced` says so afterwards.

    `started` is called when the application answers.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain_delay: float,
        started: Callable[[], None] | None,
        draining: Callable[[], None] | None,
    ) -> None:
        super().__init__(config)
        self._drain_delay = drain_delay
        self._tell = started
        self._tell_draining = draining
        self._signalled = False

    @property
    def forced(self) -> bool:
        return self.force_exit

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and self._tell is not None:
            self._tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signal)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _signal(self) -> None:
        if self._signalled:
            self.should_exit = self.force_exit = True
            return
        self._signalled = True
        if self._tell_draining is not None:
            self._tell_draining()
        # What uvicorn adds to every answer, from the next one and from the next second on.
        for headers in (self.server_state.default_headers, self.config.encoded_headers):
            headers.append((b"connection", b"close"))
        asyncio.get_running_loop().call_later(self._drain_delay, self._exit)

    def _exit(self) -> None:
        self.should_exit = True


def server(
    app: Application,
    settings: ServiceSettings,
    *,
    started: Callable[[], None] | None = None,
    draining: Callable[[], None] | None = None,
) -> Server:
    """uvicorn with one worker: replicas are processes of the orchestrator's.

    `started` is called when the application answers, `draining` when it is told to stop.
    """
    return Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http=ServiceProtocol,
            ws="none",
            lifespan="on",
            backlog=settings.backlog,
            timeout_keep_alive=settings.keep_alive,
            # `accord.service.proxies` decides whom to believe.
            proxy_headers=False,
            timeout_graceful_shutdown=settings.shutdown_timeout,
            server_header=False,
            access_log=False,
            log_config=None,
        ),
        drain_delay=settings.drain_delay,
        started=started,
        draining=draining,
    )
