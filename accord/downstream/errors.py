"""What can go wrong when another service is called.

    DownstreamError             anything; `service` says who
    ├── DownstreamUnavailable   no connection, a 5xx or 429, or a reply that makes no sense
    ├── DownstreamTimeout       no reply within the call's timeout or the caller's deadline
    └── DownstreamRefused       a 4xx: the service is well and said no

After the first two it is not known whether the service did what it was asked to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DownstreamError(Exception):
    """A call to `service` failed."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class DownstreamUnavailable(DownstreamError):
    """The service cannot be reached, cannot answer for now, or answers nonsense."""


class DownstreamTimeout(DownstreamError):
    """The service did not answer in time."""


class DownstreamRefused(DownstreamError):
    """The service answered with `status`, 400 to 499; `problem` is its problem+json, else empty."""

    def __init__(self, service: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(service, f"answered {status} {self.code}".rstrip())

    @property
    def code(self) -> str:
        """The problem's `code`; empty where it has none."""
        code = self.problem.get("code")
        return code if isinstance(code, str) else ""
