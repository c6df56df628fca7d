"""Requests that the contract itself makes, the same in every run.

Safe operations are asked all that the examples and the systematic coverage of Schemathesis ask of
them. Every operation is called without a credential, with a forged one and one that may do
nothing, and where it takes JSON with a body that is none, one that lacks everything and one of
another type. What consumers did with what is theirs is tried by a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema_rs
from schemathesis.engine import events, from_schema

from accord.gates.application import Running
from accord.gates.fuzz.run import SEED, schema_of
from accord.gates.operations import Operations, filled
from accord.gates.replay.play import Exchange
from accord.gates.replay.player import exchange

Callers = Mapping[str, str | None]
"""Tokens, by who has them (None: no token at all)."""
_SAFE = ("GET", "HEAD")
_OURS = frozenset(
    ("accept", "accept-encoding", "authorization", "connection", "content-length", "host")
) | {"user-agent", "x-schemathesis-testcaseid"}
_TIMEOUT_S = 30.0
_PHASES = {
    # What an earlier reply had would be of this very run.
    "phases": {
        "examples": {"enabled": True, "extra-data-sources": {"responses": False}},
        "coverage": {"enabled": True, "extra-data-sources": {"responses": False}},
        "fuzzing": {"enabled": False},
        "stateful": {"enabled": False},
    },
    "generation": {"mode": "positive"},
}


@dataclass(frozen=True, slots=True)
class Step:
    """A request of the walk, which `caller` sends: `somebody` who may do everything, somebody who
    may do `nothing`, `nobody` with no credential, an `impostor` with a forged one, or a `stranger`
    who may do everything too."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str | None
    caller: str = "somebody"


def steps(document: Mapping[str, Any], application: Running) -> tuple[Step, ...]:
    """The walk of a contract, made by asking `application`."""
    return (*_safe(document, application), *_refused(document))


def strangers(exchanges: Iterable[Exchange], operations: Operations) -> tuple[Step, ...]:
    """What a stranger tries after consumers were answered so: of each operation that lists, reads
    or changes something, the first call that succeeded. It reaches nothing of theirs."""
    found: dict[str, Step] = {}
    for each in exchanges:
        request = each["request"]
        operation = operations.of(request["method"], request["target"])
        if operation in found or not 200 <= each["reply"]["status"] < 300:
            continue
        if request["method"] in _SAFE or "{" in operation:
            found[operation] = _again(request, "stranger")
    return tuple(found.values())


def walk(steps: Sequence[Step], application: Running, callers: Callers) -> list[Exchange]:
    """What `application` answers to `steps`; those of callers who are not there are left out."""
    done: list[Exchange] = []
    with httpx.Client(base_url=application.url, timeout=_TIMEOUT_S) as client:
        for step in steps:
            if step.caller not in callers:
                continue
            token = callers[step.caller]
            headers = dict(step.headers)
            if token is not None:
                headers["authorization"] = f"Bearer {token}"
            body = None if step.body is None else step.body.encode()
            request = client.build_request(
                step.method, httpx.URL(application.url + step.target), headers=headers, content=body
            )
            reply = client.send(request)
            told = exchange(request, body or b"", reply)
            done.append({**told, "request": {**told["request"], "caller": step.caller}})
    return done


def again(exchanges: Sequence[Exchange]) -> tuple[Step, ...]:
    """The walk that was recorded."""
    return tuple(_again(each["request"], each["request"]["caller"]) for each in exchanges)


def _again(request: Mapping[str, Any], caller: str) -> Step:
    headers = {name: value for name, value in request["headers"].items() if name not in _OURS}
    body = request["body"]
    text = None
    if body is not None:
        text = body["text"] if "text" in body else json.dumps(body["json"])
    return Step(request["method"], request["target"], headers, text, caller)


def _safe(document: Mapping[str, Any], application: Running) -> Iterator[Step]:
    schema = schema_of(document, application, SEED, 1, _PHASES).exclude(
        lambda context: context.operation.method.upper() not in _SAFE
    )
    seen: set[str] = set()
    for event in from_schema(schema).execute():
        if not isinstance(event, events.ScenarioFinished):
            continue
        recorder = event.recorder
        for case_id, interaction in recorder.interactions.items():
            if recorder.cases[case_id].parent_id is not None:
                continue
            sent = interaction.request
            if sent.method not in _SAFE:
                continue
            url = urlsplit(sent.uri)
            headers = {
                name.lower(): values[0]
                for name, values in sent.headers.items()
                if name.lower() not in _OURS
            }
            step = Step(sent.method, url.path + f"?{url.query}" * bool(url.query), headers, None)
            key = repr(replace(step, headers=tuple(sorted(headers.items()))))  # type: ignore[arg-type]
            if key not in seen:
                seen.add(key)
                yield step


def _refused(document: Mapping[str, Any]) -> Iterator[Step]:
    """Calls of every operation that are refused, and change nothing."""
    for method, path, operation in Operations(document).each():
        step = Step(method, filled(path), {}, None)
        if operation.get("security", document.get("security")):
            yield replace(step, caller="nobody")
            yield replace(step, caller="impostor")
            yield replace(step, caller="nothing")
        content = operation.get("requestBody", {}).get("content", {})
        for media_type, media in content.items():
            if "json" not in media_type:
                continue
            yield replace(step, headers={"content-type": media_type}, body='{"')
            yield replace(step, headers={"content-type": "text/plain"}, body="x")
            if not _takes_nothing(media.get("schema", {}), document):
                yield replace(step, headers={"content-type": media_type}, body="{}")


def _takes_nothing(schema: Any, document: Mapping[str, Any]) -> bool:
    whole = {**schema, "components": document.get("components", {})}
    try:
        return bool(jsonschema_rs.validator_for(whole).is_valid({}))
    except (ValueError, jsonschema_rs.ValidationError):
        return True
