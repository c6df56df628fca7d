"""The application: the only place where everything comes together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from accord.downstream import DownstreamMetrics
from accord.runtime import Application, provide
from accord.service.access_log import AccessLog
from accord.service.body_limit import BodyLimit
from accord.service.browsers import Cors, TrustedHosts
from accord.service.cache import Cache
from accord.service.callers import CredentialOwners
from accord.service.compression import Compression
from accord.service.concurrency import ConcurrencyLimit
from accord.service.deadline import Deadline
from accord.service.documentation import documentation_routes
from accord.service.errors import ErrorGuard
from accord.service.health import Health, health_routes
from accord.service.metrics import Metrics, RequestMetrics, metrics_route
from accord.service.problem_pages import problem_routes
from accord.service.proxies import TrustedProxies
from accord.service.rate_limit import Limiter, MemoryLimiter, Quota, RateLimit
from accord.service.redis_limit import RedisLimiter
from accord.service.request_id import RequestIds
from accord.service.scaling import ScalingSignals
from accord.service.security_headers import SecurityHeaders
from accord.service.shared import Shared
from accord.service.versions import Versions
from generated.store.v1 import routes as v1
from generated.store.v2 import routes as v2
from impl import auth
from impl.handlers.v1.items import Items as ItemsV1
from impl.handlers.v1.orders import Orders as OrdersV1
from impl.handlers.v2.items import Items
from impl.handlers.v2.orders import Orders
from impl.handlers.v2.parked_orders import ParkedOrders
from impl.problems import KINDS, PAGES, PROBLEMS
from impl.sagas.durable import SagaMetrics
from impl.settings import Settings
from impl.wiring import open_services

WATCHED = frozenset({"/health/startup", "/health/live", "/health/ready", "/metrics"})
"""Asked by machines all the time: not limited, and logged only when they fail."""
TAKEN_FROM_BROWSERS = (
    *("API-Version", "Authorization", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    *("X-Request-Deadline-Ms", "X-Request-Id"),
)
SHOWN_TO_BROWSERS = (
    *("API-Version", "Deprecation", "ETag", "Link", "Location", "Preference-Applied"),
    *("RateLimit", "RateLimit-Policy", "Retry-After", "Sunset", "X-Request-Id"),
)
CHANGELOG = Path(__file__).parents[1] / "openapi" / "CHANGELOG.html"
"""What `accord release` tells consumers."""


def create_app(settings: Settings, *, write_log: Callable[[str], None] = print) -> Application:
    """The store. `write_log` takes each line of the access log."""
    registry = CollectorRegistry()
    health = Health()
    tokens = auth.tokens_of(settings)
    downstream = DownstreamMetrics(registry)
    sagas = SagaMetrics(registry)
    shared = Shared(settings.redis_url, prefix="store") if settings.redis_url else None

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncIterator[None]:
        async with (
            shared or nullcontext(),
            Cache(version=f"{v2.CONTRACT.name}:{v2.CONTRACT.release}", shared=shared) as cache,
            ScalingSignals(registry) as signals,
            open_services(settings, cache, signals, downstream, sagas) as services,
        ):
            app.state.services = services
            health.ready()
            yield
            health.drain()

    app = Application(
        apis=[
            v1.api(items=provide(ItemsV1), orders=provide(OrdersV1)),
            v2.api(
                items=provide(Items),
                orders=provide(Orders),
                parked_orders=provide(ParkedOrders),
            ),
        ],
        verify={"bearerAuth": tokens.verify},
        problems=PROBLEMS,
        problem_types=PAGES,
        check_replies=settings.check_replies,
        lifespan=lifespan,
        middleware=_middlewares(settings, registry, _limiter(settings, shared), write_log),
        routes=[
            *health_routes(health),
            *problem_routes(KINDS, PAGES),
            *documentation_routes([v1.CONTRACT, v2.CONTRACT], changelog=CHANGELOG, problems=PAGES),
            metrics_route(registry),
        ],
        docs_url=None,
        redoc_url=None,
        # Spans, metrics and logs to where OTEL_EXPORTER_OTLP_ENDPOINT says; nothing without it.
        telemetry={"auto_configure": True},
    )
    app.state.health = health
    return app


def _limiter(settings: Settings, shared: Shared | None) -> Limiter:
    quota = Quota(settings.rate_limit, settings.rate_limit_window)
    return RedisLimiter(shared, quota) if shared else MemoryLimiter(quota)


def _middlewares(
    settings: Settings,
    registry: CollectorRegistry,
    limiter: Limiter,
    write_log: Callable[[str], None],
) -> list[Middleware]:
    """The outermost first."""
    owners = CredentialOwners()
    stack = []
    if settings.trusted_proxies:
        stack.append(Middleware(TrustedProxies, networks=settings.trusted_proxies))
    stack += [
        Middleware(RequestIds),
        Middleware(AccessLog, write=write_log, quiet=WATCHED),
        Middleware(Metrics, metrics=RequestMetrics(registry)),
        Middleware(SecurityHeaders),
        Middleware(ErrorGuard),
    ]
    if settings.allowed_hosts:
        stack.append(Middleware(TrustedHosts, hosts=settings.allowed_hosts))
    if settings.cors_origins:
        stack.append(
            Middleware(
                Cors,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=TAKEN_FROM_BROWSERS,
                expose_headers=SHOWN_TO_BROWSERS,
            )
        )
    stack += [
        Middleware(ConcurrencyLimit, most=settings.limit_concurrency, exempt=WATCHED),
        Middleware(
            Deadline,
            default_s=settings.request_timeout,
            longest_s=settings.longest_request_timeout,
        ),
        Middleware(
            RateLimit,
            limiter=limiter,
            key=owners.key,
            exempt=WATCHED,
        ),
        Middleware(BodyLimit, max_bytes=settings.max_body_size, timeout_s=settings.body_timeout),
        Middleware(Versions, contracts=(v1.CONTRACT, v2.CONTRACT)),
        Middleware(Compression),
    ]
    return stack
