"""`webhooks.py` and `callbacks.py`: a typed function for each request that the service sends."""

from __future__ import annotations

from typing import Literal

from accord.codegen.imports import Imports
from accord.codegen.layout import call, docstring, literal, module, paragraphs
from accord.codegen.routes import Declarations, keywords, tuple_of
from accord.codegen.schemas import Schemas
from accord.codegen.types import Types
from accord.codegen.written import Written
from accord.spec.ir import Contract, Outgoing, Reply

_OUTGOING = "accord.service.outgoing"
_CLASSES = {"webhook": "Webhooks", "callback": "Callbacks"}
_TEXTS = {
    "webhook": "What {title} tells by itself those who asked for it.",
    "callback": "What operations of {title} call back.",
}


def render_outgoing(
    contract: Contract,
    schemas: Schemas,
    written: Written,
    source: str,
    kind: Literal["webhook", "callback"],
) -> str | None:
    """The module of one kind; None where the contract has none."""
    found = [one for one in contract.outgoing if one.kind == kind]
    if not found:
        return None
    imports = Imports()
    functions = _Functions(imports, Types(schemas, written, imports))
    constants = [functions.constant(one) for one in found]
    name, text = _CLASSES[kind], _TEXTS[kind].format(title=contract.title)
    client = imports.use("httpx.AsyncClient")
    lines = [
        f"class {name}:",
        docstring(
            paragraphs(
                text,
                "`http` carries them: a plain client, or one of `accord.downstream`. An answer that"
                " is no success raises `accord.service.outgoing.Undelivered`.",
            )
        ),
        "",
        f"    def __init__(self, http: {client}) -> None:",
        "        self._http = http",
    ]
    for one in found:
        lines += ["", *functions.method(one)]
    return module(source, text, imports.lines(), "\n".join(constants), "\n".join(lines))


class _Functions:
    def __init__(self, imports: Imports, types: Types) -> None:
        self._imports = imports
        self._types = types
        self._declarations = Declarations(imports, types)

    def constant(self, one: Outgoing) -> str:
        """The declaration that a function sends by."""
        replies = [reply for reply in one.replies if not reply.is_error]
        arguments = {
            "parameters": tuple_of(map(self._declarations.parameter, one.parameters)),
            "media": tuple_of(map(self._declarations.media, one.body.media if one.body else ())),
            "replies": tuple_of(map(self._reply, replies)),
        }
        positional = [literal(one.method), *([literal(one.url)] if one.url else [])]
        kind = f"{self._imports.use(f'{_OUTGOING}.Outgoing')}[{self._returned(one)}]"
        made = call(kind, [*positional, *keywords(arguments)])
        return f"{_constant(one)} = {made}"

    def method(self, one: Outgoing) -> list[str]:
        target = "str"
        if one.kind == "callback":
            target += f" | {self._imports.use(f'{_OUTGOING}.Origin')}"
        inputs = [
            f"{each.python_name}: {self._types.plain(each.schema, optional=not each.required)}"
            + ("" if each.required else " = None")
            for each in one.parameters
        ]
        names = [each.python_name for each in one.parameters]
        if one.body is not None and one.body.media:
            optional = not one.body.required
            type_ = self._types.taken(one.body.media, optional=optional)
            inputs.insert(0, f"body: {type_}{' = None' * optional}")
            names.insert(0, "body")
        signature = ", ".join(["self", f"to: {target}", *(["*", *inputs] if inputs else [])])
        where = f"{one.kind.title()} `{one.name}`: `{one.method}`"
        if one.url:
            where += f" to `{one.url}`, after `{one.operation}`"
        given = ", ".join(["self._http", "to", *(f"{name}={name}" for name in names)])
        return [
            f"    async def {one.python_name}({signature}) -> {self._returned(one)}:",
            docstring(paragraphs(one.summary, one.description, where), indent=8),
            f"        return await {_constant(one)}.send({given})",
        ]

    def _returned(self, one: Outgoing) -> str:
        media = [each for reply in one.replies if not reply.is_error for each in reply.media]
        bare = any(not reply.media for reply in one.replies if not reply.is_error)
        return self._types.taken(tuple(media), optional=bare) if media else "None"

    def _reply(self, reply: Reply) -> str:
        status = reply.status if reply.status.isdigit() else literal(reply.status)
        media = tuple_of(map(self._declarations.media, reply.media))
        return call(self._declarations.use("Reply"), [status, *keywords({"media": media})])


def _constant(one: Outgoing) -> str:
    return f"_{one.python_name.upper()}"
