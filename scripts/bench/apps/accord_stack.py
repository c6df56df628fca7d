"""Ours, inside the middlewares that the store runs behind, in its order (`impl/app.py`)."""

import os
from pathlib import Path

from bench_contracts.items import models, routes
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from accord.runtime import Application
from accord.service.access_log import AccessLog
from accord.service.body_limit import BodyLimit
from accord.service.callers import CredentialOwners
from accord.service.compression import Compression
from accord.service.deadline import Deadline
from accord.service.errors import ErrorGuard
from accord.service.lines import LineWriter
from accord.service.metrics import Metrics, RequestMetrics, metrics_route
from accord.service.rate_limit import MemoryLimiter, Quota, RateLimit
from accord.service.request_id import RequestIds
from accord.service.security_headers import SecurityHeaders
from scripts.bench.apps.accord_items import items_over_memory

registry = CollectorRegistry()
lines = LineWriter(Path(os.environ["BENCH_FOLDER"]) / "accord-access.jsonl")
owners = CredentialOwners()
quota = Quota(limit=1_000_000_000, seconds=60)

app = Application(
    apis=[routes.api(items=items_over_memory(models))],
    middleware=[
        Middleware(RequestIds),
        Middleware(AccessLog, write=lines.write, quiet={"/metrics"}),
        Middleware(Metrics, metrics=RequestMetrics(registry)),
        Middleware(SecurityHeaders),
        Middleware(ErrorGuard),
        Middleware(Deadline, default_s=10, longest_s=30),
        Middleware(
            RateLimit,
            limiter=MemoryLimiter(quota),
            key=owners.key,
            exempt={"/metrics"},
        ),
        Middleware(BodyLimit, max_bytes=1_000_000),
        Middleware(Compression),
    ],
    routes=[metrics_route(registry)],
)
