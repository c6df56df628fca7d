"""Stage: the client of a contract calls its mock, for every operation.

An operation makes it when its request does, in every media type of its body, and every reply that
it declares, in every media type and with its headers: the server's handler is given the value
that the client was given, and the client's value is what the server sent.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from accord.client.streams import Event
from accord.client.values import UnknownNumber, UnknownObject, UnknownText, write
from accord.codegen.clients.names import argument_name
from accord.codegen.schemas import Schemas
from accord.mock import Mock
from accord.mock.answers import Answers, Unanswerable
from accord.mock.contents import concrete
from accord.runtime import Application, declare, media_types
from accord.spec import Contract, ir, read
from scripts.corpus.clients import SUFFIX
from scripts.corpus.contracts import CORPUS, Case
from scripts.corpus.sameness import as_json, difference, same
from scripts.corpus.stage import Result, serve, timed
from scripts.corpus.values import Sample, Values

_SHOWN = 25
_NEITHER = "the body is to be a text and an integer at once"
_WITHOUT_VALUE = {
    "features/ogen/unnamed_response_validation.json": {
        "getObjects": "the reply needs a property, and may have but one, which replies leave out"
    },
    "features/readme-3.0/discriminators.yaml": {
        "postPotentiallyUndefinedFormData": "its alternatives, of which one is to fit, are alike"
    },
    "features/readme-3.0/schema-types.yaml": {
        "quirks_entirelyIncompatibleAllOf": _NEITHER,
        "quirks_partiallyUsableIncompatibleAllOf": _NEITHER,
    },
    "features/readme-3.1/schema-types.yaml": {
        "quirks_entirelyIncompatibleAllOf": _NEITHER,
        "quirks_partiallyUsableIncompatibleAllOf": _NEITHER,
    },
}
"""Operations that declare what no value satisfies, and why that is so."""
_STATUSES = {"1XX": 199, "2XX": 299, "3XX": 399, "4XX": 499, "5XX": 599, "default": 599}


def main() -> None:
    logging.disable(logging.CRITICAL)
    serve(_round_trips)


def _round_trips(case: Case, folder: Path) -> Result:
    result: Result = {}
    contract = read(case.path, base=CORPUS)
    server: Any = importlib.import_module(f"{case.package}.routes")
    trips = Trips(contract, server, f"{case.package}{SUFFIX}")
    with timed(result, "round_trips_s"):
        faults = asyncio.run(trips.all())
    without = _WITHOUT_VALUE.get(case.name, {})
    tried = {name: found for name, found in faults.items() if name not in without}
    lost = [f"{name}: {found[0]}"[:500] for name, found in tried.items() if found]
    # Should one of them have a value after all, it is one of those tried.
    lost += [
        f"{name}: {why}; but it came back" for name, why in without.items() if not faults[name]
    ]
    return {
        **result,
        "trips": len(tried),
        "round_tripped": len(tried) - len(lost),
        "lost": lost[:_SHOWN],
        "without_value": without,
    }


class Recording:
    """The mock, and what its handlers were given last."""

    def __init__(self, contract: Contract) -> None:
        self.inputs: dict[str, Any] | None = None
        self._mock = Mock()
        self._contract = contract

    def handlers(self, declared: declare.Contract) -> Mapping[str, object]:
        made = self._mock.handlers(declared, self._contract)
        return {tag: self._recorded(handler) for tag, handler in made.items()}

    def install(self, app: Any) -> None:
        self._mock.install(app)

    def middleware(self, app: Any) -> Any:
        return self._mock.middleware(app)

    def _recorded(self, handler: object) -> object:
        methods = {
            name: self._recording(getattr(handler, name))
            for name in vars(type(handler))
            if not name.startswith("__")
        }
        return type("Recorded", (), methods)()

    def _recording(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def record(_: object, **inputs: Any) -> Any:
            self.inputs = {name: await as_json(value) for name, value in inputs.items()}
            return await method(**inputs)

        return record


class Lost(Exception):
    """What did not come back as it went."""


@dataclass(frozen=True, slots=True)
class _Trip:
    """One request to make: the arguments, with what the server is to be given for them."""

    arguments: dict[str, Any]
    expected: dict[str, Any]


class Trips:
    """The round trips of one contract, over the client package called `client`."""

    def __init__(self, contract: Contract, server: Any, client: str) -> None:
        self._contract = contract
        self._client = client
        self._recording = Recording(contract)
        app = Application(
            apis=[server.api(**dict.fromkeys(inspect.signature(server.api).parameters))],
            missing=self._recording,
            unverified="accept",
            check_replies=1.0,
        )
        # All validators at once: what one builds the others need not.
        app.warm()
        self._transport = httpx.ASGITransport(_over_tls(app))
        self._models = importlib.import_module(f"{client}.models")
        self._schemes = {scheme.name: scheme for scheme in contract.schemes}
        schemas = Schemas(contract)
        self._values = Values(schemas, Answers(schemas), self._models)
        self._schemas = schemas

    async def all(self) -> dict[str, list[str]]:
        """What was lost on the way, by operation; nothing for those that make it."""
        unreachable = set(self._contract.not_addressable)
        return {
            operation.id: [fault async for fault in self._faults(operation)]
            for operation in self._contract.operations
            if operation.id not in unreachable
        }

    async def _faults(self, operation: ir.Operation) -> Any:
        name = f"{self._client}.api.{operation.tag.module}.{operation.python_name}"
        module = importlib.import_module(name)
        client = self._connection(operation)
        try:
            trips = list(self._trips(operation))
        except Unanswerable as error:
            yield f"no request: {error}"
            return
        # Where no request can be authorised, what it would hold is not seen by any handler.
        possible = self._alternative(operation) is not None
        for trip in trips if possible else ():
            try:
                await self._request(module, client, trip)
            except Exception as error:
                body = trip.arguments.get("content_type", "")
                yield f"request {body}: {type(error).__name__}: {error}"
        trip = trips[0]
        for reply in operation.replies:
            if reply.status[0] == "1":
                continue
            for media in reply.media or [None]:
                try:
                    await self._reply(module, operation, trip, reply, media)
                except Exception as error:
                    shown = media.type if media else ""
                    yield f"reply {reply.status} {shown}: {type(error).__name__}: {error}"

    def _connection(self, operation: ir.Operation, headers: Mapping[str, str] | None = None) -> Any:
        """A client with something for each scheme of the operation's first alternative."""
        package = importlib.import_module(self._client)
        credentials: dict[str, Any] = {}
        for name in self._alternative(operation) or ():
            scheme = self._schemes[name]
            if scheme.type != "mutualTLS":
                basic = scheme.scheme == "basic"
                credentials[name] = ("corpus", "secret") if basic else "corpus-credential"
        return package.AuthenticatedClient(
            "http://corpus",
            credentials=credentials,
            headers=dict(headers or {}),
            raise_on_unexpected_status=True,
            httpx_args={"transport": self._transport},
        )

    def _alternative(self, operation: ir.Operation) -> Mapping[str, Any] | None:
        """The first alternative of the operation's security that a request can hold: two schemes
        of one alternative may ask for the same header."""
        if not operation.security:
            return {}
        for alternative in operation.security:
            schemes = [self._schemes[name] for name in alternative]
            places = [each.parameter or "authorization" for each in schemes]
            if len(set(places)) == len(places):
                return alternative
        return None

    def _trips(self, operation: ir.Operation) -> Iterator[_Trip]:
        """A request for each media type of the body."""
        arguments: dict[str, Any] = {}
        expected: dict[str, Any] = {}
        claimed = self._claimed(operation)
        for parameter in operation.parameters:
            sample = self._values.parameter(parameter)
            if sample is None or (parameter.name in claimed and not parameter.required):
                continue
            arguments[argument_name(parameter.python_name)] = sample.given
            expected[parameter.python_name] = sample.expected
        if operation.body is None:
            yield _Trip(arguments, expected)
            return
        required = operation.body.required
        chooses = len(operation.body.media) > 1 or "*" in operation.body.media[0].type
        for media in operation.body.media:
            sample = self._values.body(media)
            if media.type == media_types.FORM and sample.expected == {} and not required:
                # Nothing is what an empty form is written as.
                sample = Sample(sample.given, None)
            yield _Trip(
                {
                    **arguments,
                    "body": sample.given,
                    **({"content_type": concrete(media.type)} if chooses else {}),
                },
                {**expected, "body": sample.expected},
            )

    def _claimed(self, operation: ir.Operation) -> set[str]:
        """The query parameters that tell other operations of the same method and path apart."""
        return {
            parameter.name
            for other in self._contract.operations
            if (other.method, other.path) == (operation.method, operation.path)
            for parameter in other.parameters
            if parameter.location == "query" and parameter.required
        }

    async def _request(self, module: ModuleType, client: Any, trip: _Trip) -> None:
        self._recording.inputs = None
        response = await module.asyncio_detailed(client=client, **trip.arguments)
        inputs = self._recording.inputs
        if inputs is None:
            raise Lost(f"answered {response.status_code}: {response.content[:600]!r}")
        for name, value in trip.expected.items():
            if (lost := difference(value, inputs.get(name), name)) is not None:
                raise Lost(lost)

    async def _reply(
        self,
        module: ModuleType,
        operation: ir.Operation,
        trip: _Trip,
        reply: ir.Reply,
        media: ir.Media | None,
    ) -> None:
        status = self._status(operation, reply)
        headers = {"Prefer": f"code={status}"}
        if media is not None:
            headers["Accept"] = f"{concrete(media.type)}, */*;q=0.1"
        client = self._connection(operation, headers)
        response = await module.asyncio_detailed(client=client, **trip.arguments)
        if response.status_code != status:
            raise Lost(f"answered {response.status_code}: {response.content[:600]!r}")
        if media is not None and operation.method != "HEAD":
            self._content(response, media)
        if reply.headers:
            self._headers(module, response, reply)

    def _status(self, operation: ir.Operation, reply: ir.Reply) -> int:
        """A status that means this reply and no other."""
        if reply.status.isdigit():
            return int(reply.status)
        others = {each.status for each in operation.replies}
        status = _STATUSES[reply.status]
        while str(status) in others or (
            reply.status == "default" and f"{status // 100}XX" in others
        ):
            status -= 100 if reply.status == "default" and status % 100 == 99 else 1
        return status

    def _content(self, response: Any, media: ir.Media) -> None:
        sent = self._sent(response, media)
        parsed = response.parsed
        if (lost := difference(sent, write_all(parsed))) is not None:
            raise Lost(lost)
        strange = next(unrecognised(parsed), None)
        if strange is not None:
            raise Lost(f"{strange!r:.200} was not recognised in {sent!r:.300}")

    def _sent(self, response: Any, media: ir.Media) -> Any:
        """What the bytes of the reply say, read without the client."""
        data: bytes = response.content
        kind = media_types.essence(response.headers.get("content-type", ""))
        if not media_types.covers(media.type, kind):
            raise Lost(f"sent as {kind}")
        if isinstance(response.parsed, bytes):
            return data
        if kind == media_types.EVENTS:
            return events(data.decode(), response.parsed)
        if media_types.is_stream(kind):
            lines = data.decode().replace("\x1e", "").splitlines()
            return [json.loads(line) for line in lines if line.strip()]
        if media_types.is_json(kind):
            return json.loads(data)
        text = data.decode()
        return text if isinstance(response.parsed, str) else json.loads(text)

    def _headers(self, module: ModuleType, response: Any, reply: ir.Reply) -> None:
        typed = module.headers_of(response)
        for header in reply.headers:
            raw = response.headers.get(header.name)
            value = getattr(typed, argument_name(header.python_name))
            if header.required and value is None:
                raise Lost(f"no header {header.name}")
            if raw is not None and not same(header_value(raw, value), write(value)):
                raise Lost(f"header {header.name} was {raw!r}, read as {value!r}")


def _over_tls(app: Any) -> Any:
    """`app` as a server that has seen the caller's certificate calls it."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        tls = {"tls": {"client_cert_name": "CN=corpus"}}
        await app({**scope, "extensions": {**scope.get("extensions", {}), **tls}}, receive, send)

    return served


def write_all(parsed: Any) -> Any:
    """What the client parsed, as JSON; events as their data."""
    if isinstance(parsed, list) and parsed and isinstance(parsed[0], Event):
        return [write(event.data) for event in parsed]
    return write(parsed)


def unrecognised(value: Any) -> Iterator[Any]:
    """Members of enums and unions that the client took for new ones."""
    if isinstance(value, UnknownText | UnknownNumber | UnknownObject):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from unrecognised(item)
    elif isinstance(value, dict):
        yield from unrecognised(list(value.values()))
    elif hasattr(value, "__attrs_attrs__"):
        yield from unrecognised([getattr(value, each.name) for each in value.__attrs_attrs__])


def events(text: str, parsed: list[Any]) -> list[Any]:
    """The data of each event, or all its fields where the client has `parsed` it whole: text, or
    JSON where the client has something else."""
    found: list[Any] = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, Any] = {}
        for line in block.splitlines():
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        if not fields:
            continue
        event = parsed[len(found)] if len(found) < len(parsed) else None
        if not isinstance(event, Event):
            found.append(fields)
        else:
            data = fields["data"]
            found.append(data if isinstance(event.data, str) else json.loads(data))
    return found


def header_value(raw: str, like: Any) -> Any:
    """The text of a header as a value of the kind that it was read as."""
    if isinstance(like, bool):
        return raw == "true"
    if isinstance(like, int | float):
        return float(raw)
    if isinstance(like, list):
        parts = raw.split(",") if raw else []
        return [header_value(part.strip(), one) for part, one in zip(parts, like, strict=True)]
    if isinstance(like, dict):
        return {key: raw.split(key)[1].lstrip("=,").split(",")[0] for key in like}
    return raw


if __name__ == "__main__":
    main()
