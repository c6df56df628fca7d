"""Calls to other services: one transport, few typed errors."""

from accord.downstream.errors import (
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
)
from accord.downstream.replies import expect
from accord.downstream.transport import Downstream, DownstreamClient, open_client

__all__ = [
    "Downstream",
    "DownstreamClient",
    "DownstreamError",
    "DownstreamRefused",
    "DownstreamTimeout",
    "DownstreamUnavailable",
    "expect",
    "open_client",
]
