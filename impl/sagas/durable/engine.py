"""DBOS at work: starts sagas, carries on what was left, hands over at the end."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from pydantic import TypeAdapter

from accord.runtime import context
from impl.sagas.durable.executors import Executor, Executors
from impl.sagas.durable.metrics import SagaMetrics
from impl.sagas.durable.store import SCHEMA, SagaStore
from impl.sagas.durable.watch import Watch
from impl.sagas.steps import Journal, Result, Work
from impl.sagas.version import VERSION

T = TypeVar("T")
_log = logging.getLogger(__name__)

SagaFunction = Callable[[str, str, Journal], Awaitable[None]]
"""A saga: takes its id, its request as it was started with, and its journal."""

_THREADS = 32
_RESULT: TypeAdapter[Result] = TypeAdapter(Result)


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds: `lease` is how long a process that says nothing is taken to be alive; it says
    something every `beat`."""

    lease: float = 6.0
    beat: float = 1.5


class Durable:
    """Carries `sagas` out, by name, while it is entered. There is one in a process: DBOS is global.

    Entering blocks the loop while DBOS starts; before that the schema must be there.
    """

    def __init__(
        self,
        store: SagaStore,
        sagas: Mapping[str, SagaFunction],
        *,
        metrics: SagaMetrics,
        timing: Timing | None = None,
        version: int = VERSION,
    ) -> None:
        self._store = store
        self._sagas = sagas
        self._metrics = metrics
        self._timing = timing or Timing()
        self.executor = Executor(secrets.token_hex(8), version)
        self._workflows: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {}
        self._running: dict[asyncio.Task[Any], str] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._closing = False
        # DBOS makes its own threads the loop's; what must go on after it has closed needs others.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sagas")
        metrics.watch(lambda: len(self._running))

    async def start(self, id: str, saga: str, request: str) -> None:
        """Start a saga, unless one with this id was started before, by whomever.

        It goes on when the caller is cancelled or waits no longer, and is not bound by the
        caller's deadline.
        """

        async def begin() -> None:
            with SetWorkflowID(id):
                await DBOS.start_workflow_async(self._workflows[saga], request, _carried())

        if self._closing:
            raise RuntimeError("no saga is started any more: this process is closing")
        task = asyncio.get_running_loop().create_task(begin(), context=_without_deadline())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)
        await asyncio.shield(task)

    async def forget(self, before: datetime, *, at_most: int) -> int:
        """Forget some sagas that ended before that moment; says how many."""
        over = await self._blocking(lambda: self._executors.ended(before, at_most=at_most))
        if over:
            await DBOS.delete_workflows_async(over)
        return len(over)

    async def __aenter__(self) -> Self:
        executors = Executors(self._store, self.executor, lease=self._timing.lease)
        # The lease comes before anything that it protects.
        await self._blocking(executors.renew)
        _silence_dbos()
        DBOS(config=self._config())
        for name, function in self._sagas.items():
            self._workflows[name] = self._workflow(name, function)
        # On the loop's own thread: DBOS carries on here what it finds in its queue.
        DBOS.launch()
        self._executors = executors
        self._watch = Watch(executors, lambda: frozenset(self._running.values()), self._metrics)
        self._watching = asyncio.create_task(self._keep_watch(), name="sagas-watch")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Hands what is under way over, at once: others need not wait for the lease to run out."""
        self._closing = True
        self._watching.cancel()
        instance = _instance()
        for event in instance.background_thread_stop_events:
            event.set()
        await asyncio.wait({self._watching, *self._starting})
        for task in (running := list(self._running)):
            task.cancel()
        if running:
            await asyncio.wait(running)
        await self._blocking(lambda: DBOS.destroy(destroy_registry=True))
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        try:
            left = await self._blocking(self._executors.leave)
            if left:
                _log.info("%d sagas handed over", len(left))
        except Exception as failure:
            _log.warning("sagas not handed over, their lease will run out: %r", failure)
        self._threads.shutdown(wait=False)

    def _config(self) -> DBOSConfig:
        return {
            "name": "store",
            "executor_id": self.executor.id,
            "application_version": str(self.executor.version),
            "system_database_url": self._store.url.render_as_string(hide_password=False),
            "system_database_engine": self._store.engine,
            "dbos_system_schema": SCHEMA,
            "run_migrations": False,
            "use_listen_notify": False,
            # Nothing is listened for, but closing waits for it.
            "notification_listener_polling_interval_sec": 0.1,
            "max_executor_threads": _THREADS,
            "serializer": _Json(),
            "log_level": "WARNING",
        }

    def _workflow(
        self, name: str, function: SagaFunction
    ) -> Callable[..., Coroutine[Any, Any, None]]:
        async def workflow(request: str, carried: dict[str, str]) -> None:
            saga = DBOS.workflow_id
            task = asyncio.current_task()
            assert saga is not None
            assert task is not None
            if self._closing:
                raise asyncio.CancelledError
            self._running[task] = saga
            context.request_id.set(carried["request_id"])
            context.traceparent.set(carried["traceparent"])
            try:
                await function(saga, request, _Steps())
            except Exception:
                # Whatever it is, it is no outcome: DBOS would write it down as one. Broken off
                # instead, the saga is found by the watch and carried on.
                self._metrics.given_up.inc()
                _log.exception("saga %s %s is broken off, to be carried on later", name, saga)
                raise asyncio.CancelledError from None
            finally:
                del self._running[task]

        workflow.__name__ = workflow.__qualname__ = name
        made: Callable[..., Coroutine[Any, Any, None]] = DBOS.workflow(
            name=name, max_recovery_attempts=None
        )(workflow)
        return made

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(self._timing.beat)
            try:
                await self._blocking(lambda: self._watch.look(self._timing.lease))
            except Exception as error:
                _log.warning("the lease of this process was not renewed: %r", error)

    async def _blocking(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _Steps:
    """The journal of the saga that is being carried out here."""

    async def once(self, name: str, work: Work) -> Result:
        async def step() -> Any:
            return _RESULT.dump_python(await work(), mode="json")

        return _RESULT.validate_python(await DBOS.run_step_async({"name": name}, step))


class _Json(Serializer):
    """JSON, so that any release, and a person, can read what another one wrote."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "json"


def _instance() -> DBOS:
    from dbos import _dbos

    return _dbos._get_dbos_instance()


def _silence_dbos() -> None:
    """Without handlers of its own, it would write to the console; so its lines go where all go."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _carried() -> dict[str, str]:
    """What goes with a saga from process to process, for its log lines and calls."""
    return {"request_id": context.request_id.get(), "traceparent": context.traceparent.get()}


def _without_deadline() -> Context:
    detached = copy_context()
    detached.run(context.deadline.set, None)
    return detached
