"""What an application lacks to serve its contracts."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from accord.runtime.declare import Api, Operation
from accord.runtime.dependencies import HandlerSource
from accord.runtime.security import Principal, Verifier


class IncompleteApplication(Exception):
    """The application cannot serve its contracts: names each operation or scheme and the mend."""


def absence(operation: Operation, source: HandlerSource | None) -> str | None:
    """Who is not there to handle `operation`, in words; None where somebody is."""
    if source is None:
        return f"{_shown(operation)}: no handler is given for the tag {operation.tag!r}"
    if getattr(source.type, operation.handler, None) is None:
        return f"{_shown(operation)}: {_name(source)} has no method {operation.handler}"
    return None


def misfit(operation: Operation, source: HandlerSource) -> str | None:
    """Why the method that is there cannot handle `operation`, in words; None where it can."""
    method = getattr(source.type, operation.handler)
    what = f"{_shown(operation)}: {_name(source)}.{operation.handler}"
    if not inspect.iscoroutinefunction(method):
        return f"{what} must be declared with async def"
    keywords = {parameter.keyword for parameter in operation.parameters}
    keywords |= {"body"} if operation.body else set()
    keywords |= {"content_type"} if operation.body and operation.body.says_type else set()
    keywords |= {"accept"} if operation.accept is not None else set()
    keywords |= {"principal"} if operation.security else set()
    positional = [None] if isinstance(source.type, type) else []
    try:
        inspect.signature(method).bind(*positional, **dict.fromkeys(keywords))
    except TypeError as error:
        return f"{what} does not take its inputs: {error}"
    return None


def refuse(lacking: Sequence[str], wrong: Sequence[str]) -> None:
    """Raises `IncompleteApplication` with what is lacking and what is wrong, if anything is."""
    said = []
    if lacking:
        listed = "\n  ".join(lacking)
        said.append(
            f"Operations without a handler:\n  {listed}\n"
            'Write the methods, or start with missing="501".'
        )
    if wrong:
        listed = "\n  ".join(wrong)
        said.append(f"Operations whose handler is wrong:\n  {listed}\nMend the methods.")
    if said:
        raise IncompleteApplication("\n".join(said))


def _shown(operation: Operation) -> str:
    return f"{operation.id} ({operation.method} {operation.path})"


def _name(source: HandlerSource) -> str:
    name: str = getattr(source.type, "__qualname__", type(source.type).__qualname__)
    return name


def all_verifiers(
    apis: Sequence[Api], given: Mapping[str, Verifier], unverified: str
) -> dict[str, Verifier]:
    """`given`, and under another `unverified` than `"refuse"` one for each scheme that it lacks.

    Raises `IncompleteApplication` with the schemes that nobody verifies, and their operations.
    """
    verifiers = dict(given)
    lacking: dict[str, list[str]] = {}
    for api in apis:
        every_scope = frozenset(
            scope
            for operation in api.contract.operations
            for alternative in operation.security
            for scopes in alternative.values()
            for scope in scopes
        )
        for operation in api.contract.operations:
            for name in {name for group in operation.security for name in group}:
                if name in given:
                    continue
                lacking.setdefault(name, []).append(operation.id)
                accepts = unverified == "accept"
                verifiers[name] = _anybody(every_scope) if accepts else _nobody
    if lacking and unverified == "refuse":
        lines = [f"{name}: {', '.join(ids)}" for name, ids in lacking.items()]
        raise IncompleteApplication(
            "Security schemes that nobody verifies, and their operations:\n  "
            + "\n  ".join(lines)
            + '\nPass verify={scheme: function}, or start with unverified="deny".'
        )
    return verifiers


def _anybody(scopes: frozenset[str]) -> Verifier:
    async def verify(credential: Any) -> Principal:
        return Principal("anonymous", scopes)

    return verify


async def _nobody(credential: Any) -> None:
    return None
