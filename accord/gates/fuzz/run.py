"""`accord fuzz`: Schemathesis against the running application, over a socket.

All checks and all phases: the contract's examples, systematic coverage, generated requests, and
sequences of operations. The seed is fixed unless another is asked for, so that a verdict can be
repeated.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.config import ConfigError, SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import CheckFailureInfo, ScenarioRecorder
from schemathesis.engine.run import TESTING_PHASES
from schemathesis.schemas import BaseSchema

from accord.errors import UsageError
from accord.gates.application import Running
from accord.gates.fuzz.cases import Origins
from accord.gates.fuzz.coverage import Covered
from accord.gates.fuzz.report import Failure, Phase, Reached, Report
from accord.gates.operations import Operations

SEED = 20_260_101
MAX_EXAMPLES = 50
_LONGEST_ANSWER = 300
ACCEPTANCE = "positive_data_acceptance"


def fuzz(
    name: str,
    document: Mapping[str, Any],
    application: Running,
    *,
    seed: int = SEED,
    max_examples: int = MAX_EXAMPLES,
    settings: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
    budget: Mapping[str, int] | None = None,
) -> Report:
    """Test `application` against the contract `document` (OpenAPI, bundled), or `only` those
    operations of it that are named by method and path. `budget` has the most requests that are
    generated for some operations; `max_examples` is for the others.

    `settings` is Schemathesis' own configuration, for what a contract cannot say; seed, address
    and token are set here. Raises `UsageError` where Schemathesis refuses the settings.
    """
    settings = _budgeted(settings or {}, budget or {})
    schema = schema_of(document, application, seed, max_examples, settings)
    if only is not None:
        schema = schema.exclude(lambda context: context.operation.label not in only)
    report = Report(name, seed, max_examples, schema.statistic.operations.total)
    listed = _listed(document)
    report.reached = {label: Reached(missed=codes) for label, codes in listed.items()}
    report.coverage = {
        label: Covered(digest, frozenset(listed.get(label, ())))
        for label, digest in Operations(document).digests().items()
        if only is None or label in only
    }
    run = Run(report)
    for event in from_schema(schema).execute():
        run.take(event)
    return report


def _budgeted(settings: Mapping[str, Any], budget: Mapping[str, int]) -> Mapping[str, Any]:
    own = [
        {"include-name": name, "generation": {"max-examples": most}}
        for name, most in budget.items()
    ]
    return {**settings, "operations": [*settings.get("operations", ()), *own]}


def schema_of(
    document: Mapping[str, Any],
    application: Running,
    seed: int,
    max_examples: int,
    settings: Mapping[str, Any],
) -> BaseSchema:
    """The contract as Schemathesis has it. Raises `UsageError` as `fuzz` does."""
    config = _config(application, document, seed, max_examples, settings)
    return schemathesis.openapi.from_dict(_plain(document), config=config)


class Run:
    """Turns the engine's events into a report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._phases: dict[str, Phase] = {}
        self._operations: dict[str, set[str]] = {}
        self._began = 0.0
        self._origins = Origins()
        self._seen: set[tuple[str, str, str, str | None]] = set()

    def take(self, event: events.EngineEvent) -> None:
        match event:
            case events.PhaseStarted() if event.phase.name in TESTING_PHASES:
                self._began = time.monotonic()
            case events.PhaseFinished() if event.phase.name in TESTING_PHASES:
                self._phase(event.phase.name).seconds += time.monotonic() - self._began
            case events.ScenarioFinished():
                self._scenario(event)
            case events.NonFatalError():
                self._report.errors.append(f"{event.label}: {event.info.format()}")
            case events.FatalError():
                self._report.errors.append(f"Schemathesis stopped: {event.exception!r}")
            case events.Interrupted():
                raise KeyboardInterrupt
            case _:
                pass

    def _phase(self, name: str) -> Phase:
        if name not in self._phases:
            self._phases[name] = Phase(str(name))
            self._operations[name] = set()
            self._report.phases.append(self._phases[name])
        return self._phases[name]

    def _scenario(self, event: events.ScenarioFinished) -> None:
        phase = self._phase(event.phase)
        recorder = event.recorder
        phase.cases += len(recorder.interactions)
        for case_id, interaction in recorder.interactions.items():
            case = recorder.cases[case_id].value
            operation = case.operation.label
            self._operations[event.phase].add(operation)
            if interaction.response is not None:
                self._report.answered(operation, str(interaction.response.status_code))
                self._origins.note(case, interaction.response)
                if operation in self._report.coverage:
                    self._report.coverage[operation].take(case._meta)
        phase.operations = len(self._operations[event.phase])
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    self._failure(check.name, phase.name, case_id, recorder, check.failure_info)

    def _failure(
        self,
        check: str,
        phase: str,
        case_id: str,
        recorder: ScenarioRecorder,
        info: CheckFailureInfo,
    ) -> None:
        if check == ACCEPTANCE and _has_invalid_part(recorder.cases[case_id].value):
            return
        failure = info.failure
        operation = recorder.cases[case_id].value.operation.label
        # Once for each operation and type of body: the same fault shows in many cases and phases.
        key = (check, operation, failure.title, recorder.cases[case_id].value.media_type)
        if key in self._seen:
            return
        self._seen.add(key)
        what = ": ".join(part for part in (failure.title, failure.message) if part)
        response = recorder.find_response(case_id=failure.case_id or case_id)
        answer = ""
        if response is not None:
            answer = shown(response)
        self._report.failures.append(
            Failure(check, phase, operation, what, answer, info.code_sample)
        )
        chain = recorder.iter_chain_cases(case_id=failure.case_id or case_id)
        told = [(case, recorder.find_response(case_id=case.id)) for case in chain]
        self._report.chains.append(self._origins.before(told))


def shown(response: Response) -> str:
    """A reply as reports have it: its status and the beginning of its body, whatever that is."""
    text = response.content.decode(errors="replace")
    return f"{response.status_code} {text[:_LONGEST_ANSWER]!r}"


def _listed(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The statuses that each operation lists, as Schemathesis calls operations."""
    return {
        f"{method.upper()} {path}": tuple(
            status.upper() for status in map(str, operation["responses"]) if status != "default"
        )
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if isinstance(operation, Mapping) and "responses" in operation
    }


def _has_invalid_part(case: Case[Any]) -> bool:
    # Where Schemathesis finds no valid value for a header with a pattern, it sends an invalid one
    # in requests that it calls valid; what it notes of their parts often says so, but not always.
    if case.meta is not None and any(
        part.mode is GenerationMode.NEGATIVE for part in case.meta.components.values()
    ):
        return True
    return any(
        not jsonschema_rs.validator_for(schema).is_valid(sent)
        for parameter in case.operation.headers
        if isinstance(schema := parameter.validation_schema, dict)
        and schema.get("type") == "string"
        and isinstance(sent := (case.headers or {}).get(parameter.name), str)
    )


def _config(
    application: Running,
    document: Mapping[str, Any],
    seed: int,
    max_examples: int,
    settings: Mapping[str, Any],
) -> SchemathesisConfig:
    servers = document.get("servers") or [{"url": "/"}]
    base = urlsplit(servers[0]["url"]).path.rstrip("/")
    headers = {"Authorization": f"Bearer {application.token}"} if application.token else {}
    generation = {"database": "none", "max-examples": max_examples}
    try:
        return SchemathesisConfig.from_dict(
            {
                # One run reports everything, not the first failure of each operation.
                "continue-on-failure": True,
                **settings,
                "seed": seed,
                "base-url": application.url + base,
                "headers": {**settings.get("headers", {}), **headers},
                "generation": {**generation, **settings.get("generation", {})},
                "cache": {"enabled": False},
                # What is printed must repeat the failure when pasted, and the token is of this run.
                "output": {"sanitization": {"enabled": False}},
            }
        )
    except ConfigError as error:
        raise UsageError(f"[tool.accord.fuzz] in pyproject.toml: {error}") from error


def _plain(value: Any) -> Any:
    # Schemathesis changes the document that it is given.
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
