"""Handlers that answer every operation of a contract with data that its schemas accept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from accord.codegen.replies import successes
from accord.codegen.schemas import Schemas
from accord.mock.answers import Answers
from accord.runtime import Problem, declare
from accord.runtime.answer import header_text
from accord.runtime.problem import code_of
from accord.spec import ir

_FILE = b"\x00example"


def answering(
    contract: ir.Contract, declared: declare.Contract, *, seed: int = 0
) -> Mapping[str, object]:
    """A handler object for each tag, for the `routes.api` that was generated from `contract`.

    `declared` is that module's `CONTRACT`. Values are made at an operation's first call, and are
    those of the generated types.
    """
    answers = Answers(Schemas(contract), seed=seed)
    operations = {operation.id: operation for operation in contract.operations}
    methods: dict[str, dict[str, Any]] = {tag.module: {} for tag in contract.tags}
    for operation in declared.operations:
        method = _method(_Answer(operations[operation.id], operation, answers))
        methods[operation.tag][operation.handler] = method
    return {tag: type(tag, (), below)() for tag, below in methods.items()}


def _method(answer: _Answer) -> Callable[..., Awaitable[Any]]:
    async def method(self: object, **inputs: Any) -> Any:
        return answer.value()

    return method


class _Answer:
    """What one operation answers: its first success."""

    def __init__(
        self, operation: ir.Operation, declared: declare.Operation, answers: Answers
    ) -> None:
        self._operation = operation
        self._declared = declared
        self._answers = answers
        self._made: tuple[Any] | None = None

    def value(self) -> Any:
        """What the handler returns. Raises the first declared error where there is no success,
        `Unanswerable`, and `ValidationError` where the generated type refuses what the schema
        accepts."""
        if self._made is None:
            self._made = (self._make(),)
        return self._made[0]

    def _make(self) -> Any:
        found = successes(self._operation)
        if not found:
            raise self._error(self._operation.errors[0])
        reply, declared = found[0].reply, self._declared.replies[0]
        body = self._body(reply, declared)
        if declared.wrapper is None:
            return body
        fields: dict[str, Any] = {"body": body} if reply.media else {}
        if found[0].carries_status:
            fields["status"] = 200
        for header, its in zip(reply.headers, declared.headers, strict=True):
            value = self._answers.value(header.schema)
            fields[its.field] = TypeAdapter(its.type).validate_json(to_json(value))
        return declared.wrapper(**fields)

    def _error(self, reply: ir.Reply) -> Problem:
        # Of a range any status would do; 404 is one that a valid request may get.
        status = {"4XX": 404, "5XX": 500}.get(reply.status) or int(reply.status)
        values = {header.name: self._answers.value(header.schema) for header in reply.headers}
        headers = {name: header_text(value) for name, value in values.items()}
        return Problem(status, code=code_of(status), headers=headers)

    def _body(self, reply: ir.Reply, declared: declare.Reply) -> Any:
        pairs = list(zip(reply.media, declared.media, strict=True))
        if not pairs:
            return None
        # JSON before the other types of the same reply: its schema is the one that is kept to.
        media, its = next((pair for pair in pairs if "json" in pair[0].type), pairs[0])
        if its.type is bytes:
            return _FILE
        if its.type is str:
            return "example"
        value = self._answers.value(media.schema or {})
        adapter = TypeAdapter(its.type)
        return adapter.validate_json(to_json(value), strict=True, by_alias=True, by_name=False)
