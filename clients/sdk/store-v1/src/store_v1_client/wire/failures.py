"""What calls through a package for consumers raise.

    ServiceError
    ├── Unreachable              no answer came
    │   └── TimedOut
    └── ApiError                 the answer is an error: status, problem, headers
        ├── Refused              4XX: another request would fare better
        │   ├── BadRequest 400, Unauthorized 401, PaymentRequired 402, Forbidden 403,
        │   │   NotFound 404, NotAcceptable 406, Conflict 409, Gone 410, PreconditionFailed 412,
        │   └── ContentTooLarge 413, UnsupportedMediaType 415, Unprocessable 422,
        │       PreconditionRequired 428, TooManyRequests 429
        └── Failed               5XX: the same request may fare better later
            └── InternalError 500, BadGateway 502, Unavailable 503, GatewayTimeout 504

A status without a class of its own raises `Refused` or `Failed`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .response import Response


class ServiceError(Exception):
    """A call did not give what it is for."""


class Unreachable(ServiceError):
    """No answer came: the cause says why. What was asked for may have been done."""


class TimedOut(Unreachable):
    """No answer came in time."""


class ApiError(ServiceError):
    """The service answered with an error."""

    status: int
    """The HTTP status."""
    problem: Any
    """The answer's content, as the contract types it for this status; None where it does not."""
    headers: Mapping[str, str]
    content: bytes

    def __init__(self, response: Response[Any]) -> None:
        self.status = response.status_code
        self.problem = response.parsed
        self.headers = response.headers
        self.content = response.content
        self._members = _members(response.content)
        said = self.detail or self.title or response.content[:200].decode(errors="replace")
        code = f" {self.code}" if self.code else ""
        super().__init__(f"{self.status}{code}: {said}")

    @property
    def code(self) -> str:
        """The problem's stable name for programs; empty where it has none."""
        return str(self._members.get("code", ""))

    @property
    def title(self) -> str:
        """What kind of problem it is, for people; empty where it does not say."""
        return str(self._members.get("title", ""))

    @property
    def detail(self) -> str:
        """What is wrong this time, for people; empty where it does not say."""
        return str(self._members.get("detail", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds until another attempt is worth while; None where the service does not say."""
        return seconds_of(self.headers.get("retry-after", ""))


class Refused(ApiError):
    """4XX: this request is not carried out."""


class Failed(ApiError):
    """5XX: the service could not."""


class BadRequest(Refused):
    """400: the request cannot be read."""


class Unauthorized(Refused):
    """401: the credential is missing or not valid."""


class PaymentRequired(Refused):
    """402: a payment was declined."""


class Forbidden(Refused):
    """403: the credential does not allow this."""


class NotFound(Refused):
    """404: there is no such thing."""


class NotAcceptable(Refused):
    """406: the service has no content of the wanted type."""


class Conflict(Refused):
    """409: it does not go with how things are."""


class Gone(Refused):
    """410: it was there, and is no more."""


class PreconditionFailed(Refused):
    """412: it has been changed by somebody else."""


class ContentTooLarge(Refused):
    """413: the body is too large."""


class UnsupportedMediaType(Refused):
    """415: the service does not take content of this type."""


class Unprocessable(Refused):
    """422: the request breaks a rule of the contract."""


class PreconditionRequired(Refused):
    """428: say which state of the thing is meant."""


class TooManyRequests(Refused):
    """429: see `retry_after`."""


class InternalError(Failed):
    """500."""


class BadGateway(Failed):
    """502."""


class Unavailable(Failed):
    """503: see `retry_after`."""


class GatewayTimeout(Failed):
    """504."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    406: NotAcceptable,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    413: ContentTooLarge,
    415: UnsupportedMediaType,
    422: Unprocessable,
    428: PreconditionRequired,
    429: TooManyRequests,
    500: InternalError,
    502: BadGateway,
    503: Unavailable,
    504: GatewayTimeout,
}


def error_of(response: Response[Any]) -> ApiError:
    """The exception for an answer of 400 or more."""
    status = response.status_code
    return _BY_STATUS.get(status, Refused if status < 500 else Failed)(response)


def seconds_of(retry_after: str) -> float | None:
    """A Retry-After header, seconds or a date (RFC 9110, 10.2.3); None where it is neither."""
    text = retry_after.strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    # `-0000` leaves the zone open; HTTP means UTC.
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _members(content: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
