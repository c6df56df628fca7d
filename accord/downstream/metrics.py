"""What is known of calls to other services, for Prometheus.

    downstream_calls_total{service,operation,outcome}       ok, refused, unavailable, timeout,
                                                            abandoned (the caller gave up)
    downstream_call_duration_seconds{service,operation}     with waits and repetitions
    downstream_failures_total{service,reason}               calls, by the reason of their error
    downstream_attempts_total{service,kind}                 sent: first, retry, hedge
    downstream_retries_forgone_total{service}               repetitions that the budget did not pay
    downstream_retry_budget{service}                        repetitions that it would pay now
    downstream_breaker_state{service}                       0 closed, 1 half open, 2 open
    downstream_breaker_openings_total{service}
    downstream_bulkhead_in_use{service}, downstream_bulkhead_waiting{service}

`operation` is a key of `Downstream.operations`, or the method: series are few.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from accord.downstream.breaker import Breaker
from accord.downstream.bulkhead import Bulkhead
from accord.downstream.retries import Budget

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class _Series:
    """The calls of one operation: their number by outcome, and how long they took."""

    __slots__ = ("buckets", "outcomes", "seconds")

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0


class Figures:
    """The figures of one service; plain numbers of one event loop."""

    def __init__(self, service: str, breaker: Breaker, bulkhead: Bulkhead, budget: Budget) -> None:
        self.service = service
        self.breaker = breaker
        self.bulkhead = bulkhead
        self.budget = budget
        self.attempts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.retries_forgone = 0
        self.operations: dict[str, _Series] = {}

    def observe(self, operation: str, outcome: str, seconds: float) -> None:
        """A call ended."""
        series = self.operations.get(operation) or self.operations.setdefault(operation, _Series())
        series.outcomes[outcome] += 1
        series.buckets[bisect_left(BUCKETS, seconds)] += 1
        series.seconds += seconds


_GAUGES: tuple[tuple[str, str, Callable[[Figures], float]], ...] = (
    ("breaker_state", "0 closed, 1 half open, 2 open.", lambda of: of.breaker.state.value),
    ("retry_budget", "Repetitions that the budget would pay.", lambda of: of.budget.tokens),
    ("bulkhead_in_use", "Requests under way.", lambda of: of.bulkhead.in_use),
    ("bulkhead_waiting", "Calls that wait for their turn.", lambda of: of.bulkhead.waiting),
)


class DownstreamMetrics(Collector):
    """The figures of all services of one application, made metrics when scraped."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._services: dict[str, Figures] = {}
        registry.register(self)

    def add(self, figures: Figures) -> None:
        """Show `figures` from now on, in place of those that the service had."""
        self._services[figures.service] = figures

    def remove(self, figures: Figures) -> None:
        if self._services.get(figures.service) is figures:
            del self._services[figures.service]

    def collect(self) -> Iterator[Metric]:
        every = list(self._services.values())
        yield from _calls(every)
        yield from _counts(every)
        yield from _states(every)


def _calls(every: list[Figures]) -> Iterator[Metric]:
    calls = CounterMetricFamily(
        "downstream_calls",
        "Calls to other services.",
        labels=("service", "operation", "outcome"),
    )
    duration = HistogramMetricFamily(
        "downstream_call_duration_seconds",
        "Calls with their waits and repetitions.",
        labels=("service", "operation"),
    )
    for figures in every:
        for operation, series in figures.operations.items():
            names = (figures.service, operation)
            for outcome, count in series.outcomes.items():
                calls.add_metric((*names, outcome), count)
            reached = 0
            buckets: list[tuple[str, float]] = []
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), series.buckets, strict=True):
                reached += count
                buckets.append((bound, reached))
            duration.add_metric(names, buckets, series.seconds)
    yield calls
    yield duration


def _counts(every: list[Figures]) -> Iterator[Metric]:
    failures = CounterMetricFamily(
        "downstream_failures", "Failed calls.", labels=("service", "reason")
    )
    attempts = CounterMetricFamily(
        "downstream_attempts", "Requests sent.", labels=("service", "kind")
    )
    for figures in every:
        for reason, count in figures.failures.items():
            failures.add_metric((figures.service, reason), count)
        for kind, count in figures.attempts.items():
            attempts.add_metric((figures.service, kind), count)
    yield failures
    yield attempts


def _states(every: list[Figures]) -> Iterator[Metric]:
    forgone = CounterMetricFamily(
        "downstream_retries_forgone",
        "Repetitions that the budget did not pay.",
        labels=("service",),
    )
    openings = CounterMetricFamily(
        "downstream_breaker_openings", "Times that the breaker opened.", labels=("service",)
    )
    for figures in every:
        forgone.add_metric((figures.service,), figures.retries_forgone)
        openings.add_metric((figures.service,), figures.breaker.openings)
    yield forgone
    yield openings
    for name, text, value in _GAUGES:
        gauge = GaugeMetricFamily(f"downstream_{name}", text, labels=("service",))
        for figures in every:
            gauge.add_metric((figures.service,), value(figures))
        yield gauge
