"""Calls to other services: one resilient transport, policies as data, few typed errors."""

from accord.downstream.errors import (
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
)
from accord.downstream.metrics import DownstreamMetrics
from accord.downstream.policy import (
    BreakerPolicy,
    CallPolicy,
    Downstream,
    Retries,
    RetryBudget,
    Timeouts,
)
from accord.downstream.replies import expect, expect_empty
from accord.downstream.transport import DownstreamClient, open_client

__all__ = [
    "BreakerPolicy",
    "CallPolicy",
    "Downstream",
    "DownstreamClient",
    "DownstreamError",
    "DownstreamMetrics",
    "DownstreamRefused",
    "DownstreamTimeout",
    "DownstreamUnavailable",
    "Retries",
    "RetryBudget",
    "Timeouts",
    "expect",
    "expect_empty",
    "open_client",
]
