"""Request metrics for Prometheus, by route template: the number of series is bounded by the
contract, whatever is asked for.

`http_server_requests_total{method,route,status}`,
`http_server_request_duration_seconds{method,route}` and `http_server_active_requests`. The status
of a request whose caller left before an answer is 499, as in the log.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from accord.service.exchange import GONE, Exchange, Layer

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"))
UNMATCHED = "(unmatched)"
OTHER = "OTHER"
MOST_SERIES = 10_000


class _Series:
    """The answers of one method and route: their number by status, and how long they took."""

    __slots__ = ("buckets", "seconds", "statuses")

    def __init__(self) -> None:
        self.statuses: dict[int, int] = {}
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0


class RequestMetrics(Collector):
    """The figures of one application, kept as plain numbers and made metrics when scraped.

    `active` is the number of requests being served now. Belongs to one event loop: no locks, a
    third of what prometheus-client's own counters cost.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.active = 0
        self._series: dict[tuple[str, str], _Series] = {}
        registry.register(self)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        series = self._series.get((method, route)) or self._begin(method, route)
        series.statuses[status] = series.statuses.get(status, 0) + 1
        series.buckets[bisect_left(BUCKETS, seconds)] += 1
        series.seconds += seconds

    def _begin(self, method: str, route: str) -> _Series:
        # A contract's templates are few; an application that makes routes as it goes is not
        # allowed to fill the memory all the same.
        key = (method if method in METHODS else OTHER, route)
        if len(self._series) >= MOST_SERIES:
            key = (OTHER, UNMATCHED)
        return self._series.setdefault(key, _Series())

    def collect(self) -> Iterator[Metric]:
        labels = ("method", "route")
        total = CounterMetricFamily(
            "http_server_requests", "Requests answered.", labels=(*labels, "status")
        )
        duration = HistogramMetricFamily(
            "http_server_request_duration_seconds", "From request to end of answer.", labels=labels
        )
        for key, series in self._series.items():
            for status, count in series.statuses.items():
                total.add_metric((*key, str(status)), count)
            reached = 0
            buckets: list[tuple[str, float]] = []
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), series.buckets, strict=True):
                reached += count
                buckets.append((bound, reached))
            duration.add_metric(key, buckets, series.seconds)
        yield total
        yield duration
        yield GaugeMetricFamily(
            "http_server_active_requests", "Requests being served.", value=self.active
        )


class Metrics(Layer):
    """Counts and times requests into `metrics`."""

    def __init__(self, app: ASGIApp, *, metrics: RequestMetrics) -> None:
        self.app = app
        self.metrics = metrics

    def enter(self, exchange: Exchange, scope: Scope) -> None:
        self.metrics.active += 1
        exchange.ends.append(self._observe)

    def _observe(self, scope: Scope, exchange: Exchange) -> None:
        metrics = self.metrics
        metrics.active -= 1
        metrics.observe(
            scope["method"],
            getattr(scope.get("route"), "path", UNMATCHED),
            exchange.status or GONE,
            exchange.elapsed,
        )


def metrics_route(registry: CollectorRegistry, path: str = "/metrics") -> Route:
    """A route that answers with the metrics of `registry`, in the format that is asked for."""

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"content-type": content_type})

    return Route(path, metrics, include_in_schema=False)
