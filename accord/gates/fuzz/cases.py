"""Failures as plain JSON: openapi/cases/<contract>/<check>-<digest>.json, to be committed.

A case is a request that a check refused the answer of, with the requests that had to be made
before it. What a later request has of an earlier reply (an id, an ETag) is bound to it, so that a
case can be replayed on a fresh application. The checks are Schemathesis' own.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import schemathesis
from schemathesis import Case
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from schemathesis.core.failures import Failure as CheckFailed
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.meta import CaseMetadata
from schemathesis.schemas import BaseSchema

from accord.errors import UsageError
from accord.spec.pointers import escape, split

FOLDER = Path("openapi", "cases")
_PARTS = ("path_parameters", "query", "headers", "cookies")
_NOT_OURS = frozenset(("authorization", "content-type", "user-agent", "x-schemathesis-testcaseid"))
_SHORTEST_BOUND = 3
"""Texts that are shorter are the same by chance."""
_MOST_ORIGINS = 3
_ALONE = frozenset(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "positive_data_acceptance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
    )
)
"""Checks that look at one request and its reply, and not at a whole run."""

Request = dict[str, Any]
"""`operation` (method and path), `method` where it is another, `path_parameters`, `query`,
`headers`, `cookies`, `body` and `media_type` where there are any, and `meta`: what Schemathesis
knows about how it was made."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A failure that was kept: the last of `requests` fails `check`. `bound` says what of a request
    is taken from an earlier reply: pointers to the one, by pointers to the other."""

    contract: str
    check: str
    what: str
    requests: tuple[Request, ...]
    bound: Mapping[str, str]

    @property
    def operation(self) -> str:
        """Method and path of the request that fails."""
        return str(self.requests[-1]["operation"])

    @property
    def file(self) -> Path:
        """Where it is kept, below the project's root."""
        said = json.dumps([self.check, self.requests, dict(self.bound)], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()[:12]
        return FOLDER / self.contract / f"{self.check}-{digest}.json"

    def text(self) -> str:
        """The file."""
        page = {
            "check": self.check,
            "what": self.what.splitlines(),
            "requests": list(self.requests),
            "bound": dict(self.bound),
        }
        return json.dumps(page, indent=2, sort_keys=True) + "\n"


def kept(root: Path, contract: str) -> Iterator[Kept]:
    """The cases of a contract, by name. Raises `UsageError` for a file that is none."""
    for path in sorted((root / FOLDER / contract).glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            yield Kept(
                contract,
                data["check"],
                "\n".join(data["what"]),
                tuple(data["requests"]),
                data["bound"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} is no case: {error!r}") from error


class NotAlone(Exception):
    """A failure that cannot be written down as requests of its own."""


def written(contract: str, check: str, what: str, chain: Sequence[tuple[Case[Any], Any]]) -> Kept:
    """The case of a failure; `chain` are the requests up to it with their replies (None where none
    came). Raises `NotAlone` where it is about more than its requests, or has parts that are no
    text."""
    if check not in _ALONE:
        raise NotAlone(f"{check} is about a whole run")
    requests = tuple(_request(case) for case, _ in chain)
    replies = [None if reply is None else _reply(reply) for _, reply in chain]
    bound = dict(_bindings(requests, replies))
    return Kept(contract, check, what, requests, bound)


@dataclass(frozen=True, slots=True)
class Failed:
    """What a case fails with now; `answer` is the reply, `curl` asks for it again."""

    what: str
    answer: Response
    curl: str


class Player:
    """Replays cases before the application that `schema` is bound to, with a bearer token."""

    def __init__(self, schema: BaseSchema, token: str | None) -> None:
        load_all_checks()
        self._schema = schema
        self._credential = {} if token is None else {"Authorization": f"Bearer {token}"}

    def fails(self, case: Kept) -> Failed | None:
        """How the case fails; None where it does not. Raises `NotAlone` where it can no longer be
        sent: the contract has no such operation."""
        replies: list[Any] = []
        for number, request in enumerate(case.requests):
            bound = _filled(request, number, case.bound, replies)
            sent = self._case(bound)
            reply = sent.call()
            replies.append(_reply(reply))
        check = cast("CheckFunction", CHECKS.get_one(case.check))
        try:
            sent.validate_response(reply, checks=[check])
        except FailureGroup as group:
            failure = group.exceptions[0]
            what = ": ".join(part for part in (failure.title, failure.message) if part)
            headers = dict(reply.request.headers.items())
            return Failed(what, reply, sent.as_curl_command(headers=headers))
        except CheckFailed as failure:
            return Failed(str(failure), reply, sent.as_curl_command())
        return None

    def _case(self, request: Request) -> Case[Any]:
        method, _, path = request["operation"].partition(" ")
        try:
            operation = self._schema[path][method]
        except (LookupError, schemathesis.errors.SchemathesisError) as error:
            raise NotAlone(f"the contract has no {request['operation']} any more") from error
        values: dict[str, Any] = {part: request[part] for part in _PARTS if part in request}
        if not _is_about_credentials(request):
            # Among the others: Schemathesis takes it for one of the contract's headers.
            values["headers"] = {**values.get("headers", {}), **self._credential}
        if "body" in request:
            values["body"] = _body(request["body"])
        meta = CaseMetadata.from_dict(request["meta"])
        case = operation.Case(
            method=request.get("method", method),
            media_type=request.get("media_type"),
            _meta=meta,
            **values,
        )
        # Made smaller, an invalid request may have become a valid one: it is judged anew.
        for location in meta.components:
            meta.mark_dirty(location)
        return case


def _is_about_credentials(request: Request) -> bool:
    return str(request["meta"]["phase"]["data"]["parameter"]).lower() == "authorization"


def _request(case: Case[Any]) -> Request:
    meta = case._meta
    if meta is None:
        raise NotAlone("it is not known how the request was made")
    request: Request = {"operation": case.operation.label, "meta": _plain_meta(meta)}
    if case.method.upper() != case.operation.method.upper():
        request["method"] = case.method
    for part in _PARTS:
        values = {
            name: value
            for name, value in getattr(case, part).items()
            if part != "headers" or name.lower() not in _NOT_OURS
        }
        if values:
            request[part] = _text(values)
    if case.media_type is not None:
        request["media_type"] = case.media_type
    if not isinstance(case.body, schemathesis.core.NotSet):
        body = case.body
        if isinstance(body, bytes):
            request["body"] = {"base64": base64.b64encode(body).decode()}
        else:
            request["body"] = {"json": _text(body)}
    return request


def _plain_meta(meta: CaseMetadata) -> dict[str, Any]:
    data = meta.to_dict()
    return {
        "generation": {"mode": data["generation"]["mode"], "time": 0.0},
        "components": data["components"],
        "phase": data["phase"],
    }


def _text(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise NotAlone(f"the request has a part that is no JSON: {error}") from error


def _body(kept: Mapping[str, Any]) -> Any:
    return base64.b64decode(kept["base64"]) if "base64" in kept else kept["json"]


def _reply(reply: Response) -> dict[str, Any]:
    try:
        body = reply.json()
    except ValueError:
        body = None
    headers = {name.lower(): values[0] for name, values in reply.headers.items()}
    return {"body": body, "headers": headers}


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{pointer}/{index}")
    else:
        yield pointer, value


def _bindings(requests: Sequence[Request], replies: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """What of each request came from an earlier reply: the same text."""
    known: dict[str, str] = {}
    for number, request in enumerate(requests):
        for part in (*_PARTS, "body"):
            for pointer, value in _leaves(request.get(part), f"/{number}/{part}"):
                if isinstance(value, str) and value in known:
                    yield pointer, known[value]
        if replies[number] is not None:
            for pointer, value in _made(request, replies[number]):
                known.setdefault(value, f"/{number}{pointer}")


def _made(request: Request, reply: Any) -> Iterator[tuple[str, str]]:
    """Texts of a reply that its request did not have, by their pointers."""
    sent = {value for part in (*_PARTS, "body") for _, value in _leaves(request.get(part), "")}
    for pointer, value in _leaves(reply, ""):
        if isinstance(value, str) and len(value) >= _SHORTEST_BOUND and value not in sent:
            yield pointer, value


class Origins:
    """Which request made what: ids that later requests have, without being told as its children."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Case[Any], Response]] = {}

    def note(self, case: Case[Any], reply: Response) -> None:
        """Remembers what came of a request that made something."""
        if case.method.upper() in ("GET", "HEAD") or not 200 <= reply.status_code < 300:
            return
        with contextlib.suppress(NotAlone):
            for _, value in _made(_request(case), _reply(reply)):
                self._known.setdefault(value, (case, reply))

    def before(self, chain: Sequence[tuple[Case[Any], Any]]) -> list[tuple[Case[Any], Any]]:
        """The chain, with the requests before it that made what its first one asks for."""
        whole = list(chain)
        for _ in range(_MOST_ORIGINS):
            with contextlib.suppress(NotAlone):
                request = _request(whole[0][0])
                values = [value for part in _PARTS for _, value in _leaves(request.get(part), "")]
                found = next((self._known[each] for each in values if each in self._known), None)
                if found is None or any(case is found[0] for case, _ in whole):
                    break
                whole.insert(0, found)
        return whole


def _filled(
    request: Request, number: int, bound: Mapping[str, str], replies: Sequence[Any]
) -> Request:
    """The request with what is bound in it taken from the replies that there are now."""
    filled: Request = json.loads(json.dumps(request))
    for to, source in bound.items():
        index, *where = split(to)
        if int(index) != number:
            continue
        value: Any = replies[int(split(source)[0])]
        try:
            for key in split(source)[1:]:
                value = value[int(key) if isinstance(value, list) else key]
            node: Any = filled
            for key in where[:-1]:
                node = node[int(key) if isinstance(node, list) else key]
            node[int(where[-1]) if isinstance(node, list) else where[-1]] = value
        except (LookupError, TypeError, ValueError):
            # The earlier reply is another now: the request is sent as it was.
            continue
    return filled
