"""The whole output inventory: every file that is generated, and what makes it."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from accord.codegen import conversions, lock
from accord.codegen.beyond import Rules
from accord.codegen.classes import RULES_FILE, render_models
from accord.codegen.handlers import render_handlers
from accord.codegen.layout import module
from accord.codegen.models import write_models
from accord.codegen.outgoing import render_outgoing
from accord.codegen.routes import render_routes
from accord.codegen.schemas import Schemas
from accord.codegen.written import Written
from accord.spec.ir import Contract, Operation, Outgoing, Schema

Render = Callable[[Contract, Schemas, Written, str], str | None]


@dataclass(frozen=True, slots=True)
class Target:
    """One file of a contract's package; `render` gets contract, schemas, types and the name of
    the source for the header line, and gives None where the contract has no need of the file."""

    file: str
    render: Render


def render_package(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The package's docstring, nothing else: modules are imported one by one."""
    return module(source, f"{contract.title}, as {contract.name}.", "")


def render_document(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The contract as its author wrote it, bundled."""
    return json.dumps(contract.document, indent=2) + "\n"


def render_rules(contract: Contract, schemas: Schemas, written: Written, source: str) -> str | None:
    """The schemas that pydantic alone cannot enforce."""
    definitions = Rules(schemas).definitions()
    return json.dumps(definitions, indent=2) + "\n" if definitions else None


def render_lock(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The names that were given, for the next time."""
    return lock.lock_text(contract.names)


SERVER: tuple[Target, ...] = (
    Target("__init__.py", render_package),
    Target("models.py", render_models),
    Target("handlers.py", render_handlers),
    Target("routes.py", render_routes),
    Target("webhooks.py", partial(render_outgoing, kind="webhook")),
    Target("callbacks.py", partial(render_outgoing, kind="callback")),
    Target("contract.json", render_document),
    Target(RULES_FILE, render_rules),
    Target(lock.FILE, render_lock),
)


def render_server(contract: Contract, source: str) -> Mapping[str, bytes]:
    """Every file of the server side of `contract`, not yet formatted.

    `source` is what the header lines name. Raises `AccordError`.
    """
    contract = addressable(contract)
    schemas = Schemas(contract)
    with _without_collection():
        written = write_models(contract, schemas, inline_schemas(contract))
        return {
            target.file: text.encode()
            for target in SERVER
            if (text := target.render(contract, schemas, written, source)) is not None
        }


@contextmanager
def _without_collection() -> Iterator[None]:
    """A large contract becomes millions of objects that live to the end: looking through them for
    garbage again and again takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def render_between(older: Contract, newer: Contract, source: str) -> Mapping[str, bytes]:
    """What `older` has besides because `newer` is served too, not yet formatted."""
    text = conversions.render_conversions(_side(older), _side(newer), source)
    return {conversions.FILE: text.encode()}


def _side(contract: Contract) -> conversions.Side:
    contract = addressable(contract)
    schemas = Schemas(contract)
    written = write_models(contract, schemas, inline_schemas(contract))
    return conversions.Side(contract, schemas, written)


def addressable(contract: Contract) -> Contract:
    """`contract` without the operations that no request could reach: nobody has to handle them."""
    unreachable = set(contract.not_addressable)
    if not unreachable:
        return contract
    operations = tuple(each for each in contract.operations if each.id not in unreachable)
    used = {operation.tag for operation in operations}
    tags = tuple(tag for tag in contract.tags if tag in used)
    return replace(contract, operations=operations, tags=tags)


def inline_schemas(contract: Contract) -> Iterator[Schema]:
    """Every schema outside the named ones."""
    for operation in contract.operations:
        yield from _of_operation(operation)
    for schema in contract.schemas.values():
        for inner in schema.get("properties", {}).values():
            if "contentSchema" in inner:
                yield inner["contentSchema"]
    for outgoing in contract.outgoing:
        yield from _of_operation(outgoing)


def _of_operation(operation: Operation | Outgoing) -> Iterator[Schema]:
    for parameter in operation.parameters:
        yield parameter.schema
    replies = operation.replies
    bodies = [operation.body.media] if operation.body else []
    for media in [*bodies, *(reply.media for reply in replies)]:
        for one in media:
            if one.schema is not None:
                yield one.schema
            if one.item_schema is not None:
                yield one.item_schema
            for encoding in one.encoding.values():
                for header in encoding.headers:
                    yield header.schema
    for reply in replies:
        for header in reply.headers:
            yield header.schema
