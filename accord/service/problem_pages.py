"""The pages that the `type` of a problem opens: what it means, and what a caller can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, problem_bytes
from accord.service.pages import CACHED, page, wants_page


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status and title, what has happened, and what helps."""

    status: int
    title: str
    meaning: str
    remedy: str


_HEADERS = {**CACHED, "vary": "accept"}
_AGAIN = "Repeat the request later; where there is a Retry-After header, after that many seconds."
_ASK = "Tell the operators of the service, with the request_id of the problem."

ENGINE_KINDS: Mapping[str, Kind] = {
    "malformed_request": Kind(
        400,
        "Malformed request",
        "The request cannot be parsed: broken JSON, a bad encoding, an unreadable header.",
        "Mend the request as `detail` and `errors` say.",
    ),
    "unknown_host": Kind(
        400,
        "Unknown host",
        "The Host header names no host that is served here.",
        "Call the service by the address that it was given to you by.",
    ),
    "cors_refused": Kind(
        400,
        "Cross-origin request refused",
        "A browser asked whether a page of another origin may make this request. It may not.",
        "Call from an allowed origin, with allowed methods and headers, or from a server.",
    ),
    "unknown_version": Kind(
        400,
        "Unknown version",
        "A path without a version was asked for, and no version that is served was named.",
        "Send the API-Version header, or ask for a path that begins with the version.",
    ),
    "unauthorized": Kind(
        401,
        "Unauthorized",
        "Credentials are missing, expired or wrong.",
        "Get new credentials. The WWW-Authenticate header says of which kind.",
    ),
    "forbidden": Kind(
        403,
        "Forbidden",
        "The credentials are good, but do not allow this operation.",
        "Get credentials with the scopes that `detail` names.",
    ),
    "not_found": Kind(
        404,
        "Not found",
        "Nothing exists under this address, or nothing that the caller may see.",
        "Check the address and the ids in it.",
    ),
    "method_not_allowed": Kind(
        405,
        "Method not allowed",
        "The resource exists, but does not know this method.",
        "Use one of the methods in the Allow header.",
    ),
    "not_acceptable": Kind(
        406,
        "Not acceptable",
        "None of the media types in the Accept header can be produced.",
        "Accept one of the media types that `detail` names.",
    ),
    "request_timeout": Kind(
        408,
        "Request timeout",
        "The body did not come in time.",
        "Send it without pausing, or less at once.",
    ),
    "content_too_large": Kind(
        413,
        "Content too large",
        "The body is larger than the service accepts.",
        "Send less at once.",
    ),
    "uri_too_long": Kind(
        414,
        "URI too long",
        "The address is longer than the service reads.",
        "Ask for less at once.",
    ),
    "unsupported_media_type": Kind(
        415,
        "Unsupported media type",
        "The body is of a media type that the operation does not read.",
        "Send one of the media types in the Accept header of the answer.",
    ),
    "validation_failed": Kind(
        422,
        "Validation failed",
        "The request was understood, but a value breaks a constraint or a rule.",
        "Mend every value that `errors` names: by JSON pointer in the body, else by parameter.",
    ),
    "head_too_large": Kind(
        431,
        "Head too large",
        "The headers are longer together than the service reads.",
        "Send fewer, or shorter ones.",
    ),
    "too_many_requests": Kind(
        429,
        "Too many requests",
        "The caller has made more requests than it may in the time that RateLimit-Policy names.",
        "Wait as long as Retry-After says.",
    ),
    "internal_error": Kind(500, "Internal error", "The service has a defect.", _ASK),
    "not_implemented": Kind(
        501, "Not implemented", "The contract has this operation; the service does not yet.", _ASK
    ),
    "service_unavailable": Kind(
        503, "Service unavailable", "The service cannot answer for now.", _AGAIN
    ),
    "gateway_timeout": Kind(
        504,
        "Gateway timeout",
        "The deadline passed before all that was needed had answered.",
        f"{_AGAIN} A request that changes something: with its Idempotency-Key.",
    ),
}
"""What the engine and the middlewares can say."""


def problem_routes(kinds: Mapping[str, Kind], path: str = "/problems") -> list[Route]:
    """`GET {path}` lists the kinds, `GET {path}/{code}` explains one: HTML for browsers, else JSON.

    The pages need nothing but themselves: no script, no other host.
    """
    pages = {code: (_html(code, kind), _members(path, code, kind)) for code, kind in kinds.items()}

    async def index(request: Request) -> Response:
        if wants_page(request):
            entries = "".join(
                f'<li><a href="{path}/{escape(code)}">{escape(kind.title)}</a> ({kind.status})</li>'
                for code, kind in kinds.items()
            )
            return page("Problems", f"<ul>{entries}</ul>", _HEADERS)
        return _json({"problems": [members for _, members in pages.values()]})

    async def explain(request: Request) -> Response:
        code = request.path_params["code"]
        found = pages.get(code)
        if found is None:
            problem = Problem(404, code="not_found", detail="No kind of problem has this name.")
            body = problem_bytes(
                problem, request_id=context.request_id.get(), instance=request.url.path
            )
            return Response(body, 404, media_type=PROBLEM)
        html, members = found
        return page(kinds[code].title, html, _HEADERS) if wants_page(request) else _json(members)

    return [
        Route(path, index, include_in_schema=False),
        Route(f"{path}/{{code}}", explain, include_in_schema=False),
    ]


def _members(path: str, code: str, kind: Kind) -> dict[str, str | int]:
    return {
        "type": f"{path}/{code}",
        "code": code,
        "status": kind.status,
        "title": kind.title,
        "meaning": kind.meaning,
        "remedy": kind.remedy,
    }


def _json(members: Mapping[str, object]) -> Response:
    return JSONResponse(members, headers=_HEADERS)


def _html(code: str, kind: Kind) -> str:
    return (
        f"<p>Status {kind.status}, code <code>{escape(code)}</code></p>"
        f"<h2>What it means</h2><p>{escape(kind.meaning)}</p>"
        f"<h2>What to do</h2><p>{escape(kind.remedy)}</p>"
    )
