"""With an OTLP endpoint in the environment, FastAPI's own telemetry sends spans there."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from accord.gates.application import running
from accord.gates.project import commands
from tests.conftest import ROOT, Serve

pytestmark = pytest.mark.slow
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


class Collector:
    """Takes what is exported, as a collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.came = threading.Event()
        take = Route("/v1/{signal}", self._take, methods=["POST"])
        self.app = Starlette(routes=[take])

    async def _take(self, request: Request) -> Response:
        if request.path_params["signal"] == "traces":
            exported = ExportTraceServiceRequest.FromString(await request.body())
            for resource in exported.resource_spans:
                for scope in resource.scope_spans:
                    self.spans.extend(scope.spans)
            if any(span.trace_id.hex() == TRACE for span in self.spans):
                self.came.set()
        return Response(b"", media_type="application/x-protobuf")


def test_a_span_for_each_request(serve: Serve, tmp_path: Path) -> None:
    """Named by route, a child of the caller's; log lines and calls to others belong to it."""
    collector = Collector()
    own = commands(ROOT)
    environment = own.environment | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": serve(collector.app),
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_SERVICE_NAME": "store",
        "STORE_LOG_FILE": str(tmp_path / "log"),
    }
    with running(ROOT, replace(own, environment=environment)) as store:
        headers = {
            "authorization": f"Bearer {store.token}",
            "traceparent": f"00-{TRACE}-{CALLER}-01",
        }
        reply = httpx.get(f"{store.url}/v2/items?page_size=1", headers=headers)
        assert reply.status_code == 200
        assert collector.came.wait(20)
    (span,) = [span for span in collector.spans if span.trace_id.hex() == TRACE]
    assert span.name == "GET /v2/items"
    assert span.parent_span_id.hex() == CALLER
    attributes = {each.key: each.value for each in span.attributes}
    assert attributes["http.route"].string_value == "/v2/items"
    assert attributes["http.response.status_code"].int_value == 200
    lines = (tmp_path / "log").read_text().splitlines()
    (line,) = [line for line in lines if '"path":"/v2/items"' in line]
    assert re.search(r'"trace_id":"([0-9a-f]+)"', line)[1] == TRACE  # type: ignore[index]
