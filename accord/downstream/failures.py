"""From what the HTTP libraries raise, and from statuses, to the errors of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import httpx

from accord.downstream.errors import (
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
)
from accord.downstream.policy import Timeouts
from accord.downstream.retries import retry_after


def failure(service: str, error: Exception, timeouts: Timeouts, seconds: float) -> DownstreamError:
    """What the error of an attempt, which had `seconds`, means."""
    if isinstance(error, httpx.HTTPError) and isinstance(error.__cause__, Exception):
        # httpx-aiohttp calls every lost connection a timeout; aiohttp's own error knows better.
        error = error.__cause__
    match error:
        case aiohttp.ConnectionTimeoutError() | httpx.ConnectTimeout():
            detail = f"no connection within {timeouts.connect:.3f} s"
            return DownstreamTimeout(service, detail, reason="connect_timeout", sent=False)
        case aiohttp.SocketTimeoutError() | httpx.ReadTimeout():
            detail = f"no answer within {timeouts.read:.3f} s"
            return DownstreamTimeout(service, detail, reason="read_timeout", sent=True)
        case TimeoutError() | httpx.TimeoutException():
            detail = f"no answer within {seconds:.3f} s"
            return DownstreamTimeout(service, detail, reason="timeout", sent=True)
    detail = f"{type(error).__name__}: {error}"
    match error:
        case aiohttp.ClientConnectorError() | httpx.ConnectError():
            return DownstreamUnavailable(service, detail, reason="connection", sent=False)
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return DownstreamUnavailable(service, detail, reason="garbage", sent=True)
        case _:
            return DownstreamUnavailable(service, detail, reason="connection", sent=True)


def raise_for_status(service: str, response: httpx.Response) -> None:
    """Returns for a 2xx; raises DownstreamRefused or DownstreamUnavailable for anything else."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status != httpx.codes.TOO_MANY_REQUESTS:
        raise DownstreamRefused(service, status, _problem(response))
    wait = retry_after(response.headers.get("Retry-After"))
    raise DownstreamUnavailable(
        service,
        f"answered {status}",
        reason="status" if wait is None else "retry_after",
        sent=status != httpx.codes.TOO_MANY_REQUESTS,
        retry_after=wait,
        status=status,
    )


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
