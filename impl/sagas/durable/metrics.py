"""What sagas do, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge


class SagaMetrics:
    """`sagas_running`, `orders_parked`, `sagas_ended_total` by saga and outcome,
    `sagas_taken_over_total` and `sagas_given_up_total`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._running = Gauge(
            "sagas_running", "Sagas that this process carries out.", registry=registry
        )
        self._parked = Gauge(
            "orders_parked", "Orders that a person has to look at.", registry=registry
        )
        self._ended = Counter(
            "sagas_ended",
            "Sagas that ended: done, undone, parked or refused.",
            ["saga", "outcome"],
            registry=registry,
        )
        self.taken_over = Counter(
            "sagas_taken_over", "Sagas queued because their process died.", registry=registry
        )
        self.given_up = Counter(
            "sagas_given_up",
            "Times that a saga was broken off, to be carried on later: a defect, or its database.",
            registry=registry,
        )

    def tally(self, saga: str, outcome: str) -> None:
        self._ended.labels(saga, outcome).inc()

    def parked(self, number: int) -> None:
        self._parked.set(number)

    def watch(self, running: Callable[[], int]) -> None:
        """Export `running()`; it is called at every scrape and must not block."""
        self._running.set_function(running)
