from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from accord.service.metrics import Metrics, RequestMetrics, metrics_route


async def item(request: Request) -> Response:
    return PlainTextResponse("ok")


class Service:
    """An application with one route, its metrics, and the route that shows them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics = RequestMetrics(self.registry)
        routes = [Route("/items/{item_id}", item), metrics_route(self.registry)]
        self.app = Metrics(Starlette(routes=routes), metrics=self.metrics)

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)


async def test_requests_are_counted_by_template(call: Any) -> None:
    """Two items are one series: its count, its histogram, its time."""
    service = Service()
    for number in (1, 2):
        await call(service.app, "GET", f"/items/{number}")
    labels = {"method": "GET", "route": "/items/{item_id}"}
    assert service.value("http_server_requests_total", **labels, status="200") == 2
    seconds = "http_server_request_duration_seconds"
    assert service.value(f"{seconds}_count", **labels) == 2
    assert service.value(f"{seconds}_bucket", **labels, le="+Inf") == 2
    assert 0 < (service.value(f"{seconds}_sum", **labels) or 0) < 10


async def test_ten_thousand_paths_and_methods_make_two_series(call: Any) -> None:
    """Whatever is asked for, paths and methods that nobody knows share a label."""
    service = Service()

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        return None

    base = {"type": "http", "query_string": b"", "headers": [], "http_version": "1.1"}
    for number in range(10_000):
        method = "GET" if number % 2 else f"M{number}"
        await service.app({**base, "method": method, "path": f"/x/{number}"}, receive, send)
    counted = {
        (sample.labels["method"], sample.labels["route"]): sample.value
        for metric in service.metrics.collect()
        for sample in metric.samples
        if sample.name == "http_server_requests_total"
    }
    assert counted == {("GET", "(unmatched)"): 5000, ("OTHER", "(unmatched)"): 5000}


async def test_a_caller_who_left_is_no_status_of_the_service(call: Any) -> None:
    """It is counted as the log has it."""

    async def leaves(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    service = Service()
    app = Metrics(leaves, metrics=service.metrics)
    with pytest.raises(ClientDisconnect):
        await call(app)
    labels = {"method": "GET", "route": "(unmatched)", "status": "499"}
    assert service.value("http_server_requests_total", **labels) == 1


async def test_requests_in_flight_are_seen_and_end(call: Any) -> None:
    """The gauge counts while a request runs, and falls again when it fails or is cancelled."""
    registry = CollectorRegistry()
    metrics = RequestMetrics(registry)
    entered = asyncio.Event()

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(call(Metrics(hang, metrics=metrics)))
    await entered.wait()
    assert registry.get_sample_value("http_server_active_requests") == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert registry.get_sample_value("http_server_active_requests") == 0


async def test_exposition_is_what_prometheus_reads(call: Any) -> None:
    """`/metrics` answers in the text format, and in OpenMetrics where that is asked for."""
    service = Service()
    await call(service.app, "GET", "/items/1")
    plain = await call(service.app, "GET", "/metrics")
    names = {family.name for family in text_string_to_metric_families(plain.text)}
    assert {"http_server_requests", "http_server_request_duration_seconds"} <= names
    assert plain.headers["content-type"].startswith("text/plain")
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    newer = await call(service.app, "GET", "/metrics", headers=accept)
    assert newer.headers["content-type"].startswith("application/openmetrics-text")
    assert newer.text.endswith("# EOF\n")


def test_applications_do_not_share_figures() -> None:
    """Two applications in one process have a registry each and do not clash."""
    first, second = Service(), Service()
    first.metrics.observe("GET", "/a", 200, 0.1)
    labels = {"method": "GET", "route": "/a", "status": "200"}
    assert first.value("http_server_requests_total", **labels) == 1
    assert second.value("http_server_requests_total", **labels) is None
