"""What can go wrong when another service is called.

DownstreamError             anything; `service` says who
├── DownstreamUnavailable   no connection, a 5xx or 429, a reply that makes no sense, or not
│                           called at all: the breaker is open, or too many calls are under way
├── DownstreamTimeout       no reply within the call's timeouts or the caller's deadline
└── DownstreamRefused       a 4xx: the service is well and said no
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Reason = Literal[
    "breaker_open",  # not called: too many calls failed lately
    "bulkhead_full",  # not called: too many calls are under way
    "deadline",  # not called: the caller's deadline has passed
    "connect_timeout",  # nobody took the connection in time
    "read_timeout",  # connected, and then silence
    "timeout",  # the time for the call as a whole ran out
    "connection",  # refused, reset or cut off
    "garbage",  # a reply that is not HTTP, or not what the contract says
    "status",  # a 3xx, a 5xx or 429
    "retry_after",  # the same, with a time before which the service does not want to be asked
    "refused",  # any other 4xx
]


class DownstreamError(Exception):
    """A call to `service` failed.

    `sent` is False only where it is certain that the service did not do what it was asked to do
    in any attempt. `retry_after` is in seconds from now, None where nobody said. `attempts` is how
    often the call was sent, hedges aside.
    """

    outcome: str = "failed"

    def __init__(
        self,
        service: str,
        detail: str,
        *,
        reason: Reason,
        sent: bool,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{service}: {detail}")
        self.service = service
        self.reason: Reason = reason
        self.sent = sent
        self.retry_after = retry_after
        self.attempts = 0


class DownstreamUnavailable(DownstreamError):
    """The service cannot be reached, cannot answer for now, or answers nonsense.

    `status` is what it answered, None where it did not.
    """

    outcome = "unavailable"

    def __init__(
        self,
        service: str,
        detail: str,
        *,
        reason: Reason,
        sent: bool,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(service, detail, reason=reason, sent=sent, retry_after=retry_after)
        self.status = status


class DownstreamTimeout(DownstreamError):
    """The service did not answer in time."""

    outcome = "timeout"


class DownstreamRefused(DownstreamError):
    """The service answered with `status`, 400 to 499; `problem` is its problem+json, else empty."""

    outcome = "refused"

    def __init__(
        self, service: str, status: int, problem: Mapping[str, Any], *, sent: bool = False
    ) -> None:
        self.status = status
        self.problem = problem
        super().__init__(
            service, f"answered {status} {self.code}".rstrip(), reason="refused", sent=sent
        )

    @property
    def code(self) -> str:
        """The problem's `code`; empty where it has none."""
        code = self.problem.get("code")
        return code if isinstance(code, str) else ""
