"""Errors as callers see them: RFC 9457 problem details.

Problem                 raise it anywhere below a route; it is answered as it says
ContractViolation       the application broke its own contract: a defect, answered 500
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pydantic_core import to_json

from accord.runtime import context

# What a path may hold besides letters and digits (RFC 3986): an instance is a URI reference.
_IN_PATHS = "/-._~!$&'()*+,;=:@"


MAX_ERRORS = 100
"""Faults told in one answer; a request can hold more than anyone reads."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a request.

    `pointer` is a JSON pointer into the body; where `parameter` and `location` (`path`, `query`,
    `querystring`, `header` or `cookie`) name a parameter, it leads into that one's value.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    location: str | None = None

    def as_json(self) -> dict[str, str]:
        members = {
            "pointer": self.pointer,
            "parameter": self.parameter,
            "in": self.location,
            "code": self.code,
            "detail": self.detail,
        }
        return {name: value for name, value in members.items() if value is not None}


class Problem(Exception):
    """An answer that is an error.

    `status` is the HTTP status, `code` a stable snake_case name for programs, `type` a URI
    reference that explains the kind (None: the page that the application has for the code),
    `errors` the faults of single fields, `headers` extra response headers. `extensions` become
    members of the problem as they are.
    """

    def __init__(
        self,
        status: int,
        *,
        code: str,
        title: str | None = None,
        detail: str | None = None,
        type: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(detail or title or code)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.type = type
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extensions = extensions


CODES = {
    400: "malformed_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "content_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "too_many_requests",
    500: "internal_error",
    501: "not_implemented",
    503: "service_unavailable",
    504: "gateway_timeout",
}


def code_of(status: int) -> str:
    """The code of an error of which nothing is known but its status."""
    # Not made from the status's phrase: those change from one Python to the next.
    return CODES.get(status, f"http_{status}")


class ContractViolation(Exception):
    """A handler returned what its operation does not list; names the operation and the fault."""


def phrase(status: int) -> str:
    """The standard name of a status, for titles."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


_BLANK = "about:blank"


def problem_bytes(
    problem: Problem, *, request_id: str = "", instance: str = "", status: int | None = None
) -> bytes:
    """The problem as JSON text.

    `instance` is the path that was asked for, decoded; `status` overrides the problem's own where
    the contract declares another one for it.
    """
    kind = problem.type or _type_of(problem.code)
    members: dict[str, Any] = {
        "type": kind,
        "title": problem.title or _title_of(problem, kind),
        "status": status or problem.status,
        "code": problem.code,
    }
    if problem.detail is not None:
        members["detail"] = problem.detail
    if instance:
        members["instance"] = quote(instance, safe=_IN_PATHS)
    if request_id:
        members["request_id"] = request_id
    if problem.errors:
        members["errors"] = [error.as_json() for error in problem.errors]
    members.update(problem.extensions)
    return to_json(members, inf_nan_mode="strings", fallback=str)


def _type_of(code: str) -> str:
    pages = context.problem_types.get()
    return f"{pages}/{code}" if pages else _BLANK


def _title_of(problem: Problem, kind: str) -> str:
    """RFC 9457: `about:blank` is titled as its status, any other type the same every time."""
    if kind == _BLANK or problem.code == f"http_{problem.status}":
        return phrase(problem.status)
    return problem.code.replace("_", " ").capitalize()


def json_pointer(parts: Iterable[str | int]) -> str:
    """RFC 6901: `("lines", 0, "a/b")` is `/lines/0/a~1b`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def unsupported_media_type(given: str, accepted: Iterable[str]) -> Problem:
    """415, with the types that would do in `Accept`."""
    types = ", ".join(accepted)
    said = f"The body is {given!r}" if given else "The body has no Content-Type"
    return Problem(
        415,
        code="unsupported_media_type",
        detail=f"{said}; this operation takes {types}.",
        headers={"accept": types},
    )
