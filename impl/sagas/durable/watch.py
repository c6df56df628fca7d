"""What a process does about sagas now and then: says that it is alive, and looks who is not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from impl.sagas.durable.executors import Executors
from impl.sagas.durable.metrics import SagaMetrics

_log = logging.getLogger(__name__)


class Watch:
    """`running` gives the ids of the sagas that this process carries out at the moment."""

    def __init__(
        self, executors: Executors, running: Callable[[], frozenset[str]], metrics: SagaMetrics
    ) -> None:
        self._executors = executors
        self._running = running
        self._metrics = metrics
        self._renewed = time.monotonic()
        self._patient_until = 0.0
        self._idle: frozenset[str] = frozenset()

    def look(self, lease: float) -> None:
        """Renew the lease of `lease` seconds, take over from the dead, carry on what was broken
        off. Blocks."""
        before = self._renewed
        kept = self._executors.renew()
        self._renewed = time.monotonic()
        if not kept or self._renewed - before > lease:
            # The database was away, or this process was: so may others have been, and they are
            # given a lease's time to come back before they are taken for dead.
            self._patient_until = self._renewed + lease
        if self._renewed >= self._patient_until:
            taken = self._executors.take_over()
            if taken:
                self._metrics.taken_over.inc(len(taken))
                _log.warning("%d sagas of processes that died are taken over", len(taken))
        self._carry_on()

    def _carry_on(self) -> None:
        """Queue what this process owns and does not carry out: seen twice, because a saga is owned
        a moment before it is begun."""
        idle = self._executors.owned() - self._running()
        if again := idle & self._idle:
            self._executors.give_back(again)
        self._idle = idle - again
