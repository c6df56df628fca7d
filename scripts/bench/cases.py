"""What is measured, and what it is to show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.bench import data
from scripts.bench.contracts import appended
from scripts.bench.databases import postgresql, sqlite
from scripts.bench.fan_out import FanOutCase
from scripts.bench.load import Ask, LoadFailed, drive
from scripts.bench.measure import CORE_RATE, RATE, Case, Contender, Figures, Start, Target
from scripts.bench.mocks import MOCKS
from scripts.bench.processes import Process, Work, served, worker
from scripts.bench.start_up import MEGABYTES, SECONDS, StartCase

GET = Ask(path=data.ONE_PATH)
LIST = Ask(path=data.LIST_PATH)
POST = Ask(method="POST", path="/items", body=data.encoded(data.NEW), status=201)
INVALID = Ask(method="POST", path="/items", body=data.encoded(data.INVALID), status=422)


OWN = "own_us"
"""Processor time of one request outside driver and SQLAlchemy."""

Surroundings = Callable[[Path], AbstractContextManager[Mapping[str, str]]]
"""Sets up what a case needs beside its rivals; gives their environment."""


@dataclass(frozen=True, slots=True)
class HttpCase:
    """One request, asked of applications that answer it alike.

    `rivals` are modules of `scripts.bench.apps`, by the name that the table gives them. With
    `over_database`, what their database layer costs by itself is measured beside them.
    """

    name: str
    title: str
    ask: Ask
    rivals: Mapping[str, str]
    targets: Sequence[Target]
    surroundings: Surroundings = lambda folder: nullcontext({})
    over_database: bool = False

    @contextmanager
    def set_up(self, folder: Path) -> Iterator[Start]:
        with self.surroundings(folder) as environment:
            yield partial(self._contenders, folder, environment)

    @contextmanager
    def _contenders(
        self, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Mapping[str, Contender]]:
        with ExitStack() as stack:
            servers = {
                rival: stack.enter_context(
                    served(f"scripts.bench.apps.{module}:app", folder, environment=environment)
                )
                for rival, module in self.rivals.items()
            }
            self._require_one_answer(servers)
            floors = {
                rival: stack.enter_context(
                    worker("database_floor", module, environment=environment)
                )
                for rival, module in self.rivals.items()
                if self.over_database
            }
            yield {
                rival: partial(_slice, server, self.ask, folder, floors.get(rival))
                for rival, server in servers.items()
            }

    def _require_one_answer(self, servers: Mapping[str, Process]) -> None:
        """Raises `LoadFailed` where the rivals do not do the same work."""
        answers = {rival: json.loads(server.answer(self.ask)) for rival, server in servers.items()}
        first = next(iter(answers))
        for rival, given in answers.items():
            if self.ask.status < 400 and given != answers[first]:
                raise LoadFailed(
                    f"{self.ask}: {rival} answers {given!r:.400}, {first} {answers[first]!r:.400}"
                )


def _slice(server: Process, ask: Ask, folder: Path, floor: Work | None, seconds: float) -> Figures:
    before = server.processor_seconds()
    count, rate = drive(server.port, ask, seconds, folder)
    used = server.processor_seconds() - before
    figures = {RATE: rate, CORE_RATE: count / used}
    if floor is not None:
        alone = floor(seconds)
        figures[OWN] = (used / count - alone["processor_seconds"] / alone["reads"]) * 1e6
    return figures


ACCORD, FASTAPI, LITESTAR, RAW = "accord", "FastAPI", "Litestar + msgspec", "raw ASGI"
BY_HAND = "by hand"
STACK = "accord, whole stack"
USUAL, PLAIN = "FastAPI + BaseHTTPMiddleware", "FastAPI + plain ASGI"

_BARE = {
    ACCORD: "accord_bare",
    FASTAPI: "fastapi_bare",
    LITESTAR: "litestar_msgspec",
    RAW: "raw",
}
_STACKS = {
    STACK: "accord_stack",
    FASTAPI: "fastapi_bare",
    USUAL: "fastapi_usual",
    PLAIN: "fastapi_plain_asgi",
    "raw ASGI with those headers": "raw_headers",
}


def _stack_targets(bare: float, usual: float, *plain: float) -> tuple[Target, ...]:
    return (
        Target(STACK, bare, FASTAPI),
        Target(STACK, usual, USUAL),
        *(Target(STACK, bound, PLAIN) for bound in plain),
    )


CASES: tuple[Case, ...] = (
    HttpCase(
        "get",
        "GET one item",
        GET,
        _BARE | {BY_HAND: "by_hand"},
        (Target(ACCORD, 3.5, FASTAPI), Target(ACCORD, 0.65, RAW)),
    ),
    HttpCase(
        "post",
        "POST an item, validated",
        POST,
        _BARE | {BY_HAND: "by_hand"},
        (Target(ACCORD, 3.5, FASTAPI), Target(ACCORD, 0.55, RAW)),
    ),
    HttpCase(
        "list",
        "LIST of 20 items",
        LIST,
        _BARE,
        (Target(ACCORD, 2.2, FASTAPI), Target(ACCORD, 0.95, LITESTAR)),
    ),
    HttpCase("get-stack", "GET, production stacks", GET, _STACKS, _stack_targets(2, 15, 2)),
    HttpCase("post-stack", "POST, production stacks", POST, _STACKS, _stack_targets(2, 15, 2)),
    HttpCase("list-stack", "LIST, production stacks", LIST, _STACKS, _stack_targets(1.6, 10)),
    HttpCase(
        "large",
        "GET, appended to a contract of 767 operations",
        GET,
        {"appended": "accord_large", "alone": "accord_bare"},
        (Target("appended", 0.95, "alone"),),
        appended,
    ),
    HttpCase(
        "invalid",
        "an invalid body, every fault located",
        INVALID,
        {ACCORD: "accord_bare", FASTAPI: "fastapi_bare"},
        (Target(ACCORD, 2, FASTAPI),),
    ),
    *(
        HttpCase(
            f"item-{name}",
            f"an item from {title}",
            GET,
            {ACCORD: "accord_sql", FASTAPI: "fastapi_sql"},
            (Target(ACCORD, 1.25, FASTAPI), Target(ACCORD, 0.4, FASTAPI, OWN, at_most=True)),
            surroundings,
            over_database=True,
        )
        for name, title, surroundings in (
            ("sqlite", "SQLite", sqlite),
            ("postgresql", "PostgreSQL", postgresql),
        )
    ),
    FanOutCase(
        "fan-out",
        "six calls at once, 32 requests at once",
        {
            "generated clients": "generated",
            "httpx": "httpx",
            "httpx, a tuned pool each": "httpx-tuned",
            "httpx over httpx-aiohttp": "httpx-aiohttp",
            "that transport called directly": "transport",
            "aiohttp": "aiohttp",
        },
        (Target("generated clients", 10, "httpx"), Target("generated clients", 0.35, "aiohttp")),
    ),
    StartCase(
        "start",
        "from process to first answer, and memory then",
        {"the store": "accord_store", "FastAPI, as large": "fastapi_store"},
        tuple(
            Target("the store", 1.3, "FastAPI, as large", figure, at_most=True)
            for figure in (SECONDS, MEGABYTES)
        ),
    ),
    *MOCKS,
)
