"""`accord mock`: serves a contract until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.errors import UsageError
from accord.mock.builder import Builder
from accord.mock.cache import Cache, Entry
from accord.mock.faults import Faults
from accord.mock.handlers import Mock
from accord.mock.page import PATH, page
from accord.mock.reload import Reloading, State

_LONGEST_HEADER = 400


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; port 0 is a free one."""

    host: str = "127.0.0.1"
    port: int = 4010
    seed: int = 0
    dynamic: bool = False
    faults: Faults | None = None
    cors: bool = True
    verbose: bool = False


def serve(contract: Path, cache: Cache, builder: Builder, options: Options) -> None:
    """Serves until SIGINT or SIGTERM. Raises `AccordError` where it cannot begin."""

    def mock(entry: Entry) -> Mock:
        return Mock(
            seed=options.seed,
            dynamic=options.dynamic,
            faults=options.faults,
            read=lambda declared: entry.contract(),
        )

    reloading = Reloading(contract, cache, builder, mock)
    listener = _listen(options.host, options.port)
    with listener, asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(_serve(reloading, options, listener))


async def _serve(reloading: Reloading, options: Options, listener: socket.socket) -> None:
    contract = reloading.contract
    state = await reloading.first()
    server = _Server(_config(_Front(state, contract.name, cors=options.cors), options))
    # Who reads the line may ask at once, and waits for the little that the server still needs.
    listener.listen(2048)
    _say(f"{_summary(contract, state)} at {_url(listener)}; Ctrl+C ends it")
    following = asyncio.create_task(reloading.follow(state, lambda now: _tell(contract, now)))
    try:
        await server.serve(sockets=[listener])
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


class _Front:
    """Hands requests to the application that is served now, and says so in headers.

    With `cors` pages of any origin may ask; requests that name none do not pay for it.
    """

    def __init__(self, state: State, file: str, *, cors: bool) -> None:
        self._state = state
        self._file = file
        every = ["*"]
        self._for_pages = cors and CORSMiddleware(
            self._answer,
            allow_origins=every,
            allow_methods=every,
            allow_headers=every,
            expose_headers=every,
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self._for_pages and any(name == b"origin" for name, _ in scope["headers"]):
            return self._for_pages(scope, receive, send)
        return self._answer(scope, receive, send)

    def _answer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        state = self._state
        if scope["path"] == PATH:
            accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
            return page(state, self._file, accept)(scope, receive, send)
        headers = [(b"accord-mock", state.served.digest.encode())]
        if state.faults:
            headers.append((b"accord-mock-error", _header(state.faults)))

        def marked(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            return send(message)

        return state.served.app(scope, receive, marked)


class _Server(uvicorn.Server):
    """Stops on SIGTERM and SIGINT, and returns: uvicorn's own sends itself the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


def _config(app: ASGIApp, options: Options) -> uvicorn.Config:
    settings: dict[str, Any] = {} if options.verbose else {"log_config": None}
    return uvicorn.Config(
        app,
        # Not to be guessed: `_Front` hands back the coroutines of others.
        interface="asgi3",
        proxy_headers=False,
        http="httptools",
        ws="none",
        # With it everything would be compiled before the first answer; a mock is to be up at once.
        lifespan="off",
        access_log=options.verbose,
        log_level="info" if options.verbose else "warning",
        server_header=False,
        timeout_graceful_shutdown=2,
        **settings,
    )


def _loop() -> Any:
    with suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"cannot listen on {host} port {port}: {reason}; choose another with --port, or a free"
            " one with --port 0"
        ) from None
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _summary(contract: Path, state: State) -> str:
    count = len(state.served.contract.operations)
    warnings = len(state.served.warnings)
    warned = f", {warnings} warning{'s' * (warnings > 1)}" if warnings else ""
    return f"{contract}: {count} operation{'s' * (count != 1)}{warned}"


def _tell(contract: Path, state: State) -> None:
    if state.faults:
        print(state.faults, file=sys.stderr)
        print(f"{contract} is broken: its last sound version is served on", file=sys.stderr)
        sys.stderr.flush()
    else:
        _say(f"{_summary(contract, state)}, read again")


def _say(line: str) -> None:
    print(line, flush=True)


def _header(faults: str) -> bytes:
    """The beginning of the faults as a header can hold it: one line of visible ASCII."""
    text = " ".join(faults.split())[:_LONGEST_HEADER]
    return "".join(
        character if character.isascii() and character.isprintable() else "?" for character in text
    ).encode()
