"""`handlers.py`: reply classes, then one protocol per tag with a method for each operation."""

from __future__ import annotations

from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, literal, module, paragraphs
from accord.codegen.replies import (
    Success,
    header_field,
    said_accept,
    said_content_type,
    successes,
)
from accord.codegen.schemas import Schemas
from accord.codegen.types import Types
from accord.codegen.written import Written
from accord.spec.ir import Contract, Operation, Tag


def render_handlers(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The module of what the handlers of `contract` take and give."""
    imports = Imports()
    signatures = Signatures(schemas, written, imports)
    replies = [
        signatures.reply_class(operation, success)
        for operation in contract.operations
        for success in successes(operation)
        if success.wrapper
    ]
    protocols = [
        _protocol(tag, [one for one in contract.operations if one.tag == tag], signatures, imports)
        for tag in contract.tags
    ]
    blocks = [*replies, *protocols]
    title = f"What the handlers of {contract.title} take and give."
    return module(source, title, imports.lines(), *blocks)


class Signatures:
    """Methods and reply classes of one module; `imports` collects what they need.

    `replies` stands in front of the names of reply classes.
    """

    def __init__(
        self, schemas: Schemas, written: Written, imports: Imports, replies: str = ""
    ) -> None:
        self._types = Types(schemas, written, imports)
        self._imports = imports
        self._replies = replies

    def reply_class(self, operation: Operation, success: Success) -> str:
        """The dataclass that a handler returns for `success`."""
        reply = success.reply
        decorator = self._imports.use("dataclasses.dataclass")
        lines = [
            f"@{decorator}(frozen=True, slots=True, kw_only=True)",
            f"class {success.wrapper}:",
            docstring(
                paragraphs(reply.description, f"{reply.status} of `{operation.python_name}`.")
            ),
            "",
        ]
        if success.carries_status:
            lines.append("    status: int")
        if success.media_types is not None:
            lines.append(f"    media_type: {self._one_of(success.media_types)}")
        if reply.media:
            lines.append(f"    body: {self._types.given(reply.media)}")
        for header in reply.headers:
            name = header_field(header.python_name)
            type_ = self._types.plain(header.schema, optional=not header.required)
            lines.append(f"    {name}: {type_}{'' if header.required else ' = None'}")
            if note := docstring(header.description):
                lines.append(note)
        return "\n".join(lines)

    def method(self, operation: Operation) -> str:
        """`async def` with every input as a keyword, up to the colon."""
        inputs = [
            f"{parameter.python_name}: "
            + self._types.plain(
                parameter.schema,
                optional=not (parameter.required or self._types.has_default(parameter.schema)),
            )
            for parameter in operation.parameters
        ]
        if operation.body is not None:
            optional = not operation.body.required
            inputs.append(f"body: {self._types.taken(operation.body.media, optional=optional)}")
        if (types := said_content_type(operation)) is not None:
            inputs.append(f"content_type: {self._one_of(types)}{' | None' * optional}")
        if (types := said_accept(operation)) is not None:
            inputs.append(f"accept: {self._one_of(types)}")
        if operation.security:
            principal = self._imports.use("accord.runtime.Principal")
            inputs.append(f"principal: {principal}{' | None' * ({} in operation.security)}")
        keywords = ", ".join(["self", "*", *inputs]) if inputs else "self"
        return f"    async def {operation.python_name}({keywords}) -> {self._returns(operation)}:"

    def _returns(self, operation: Operation) -> str:
        found = successes(operation)
        if not found:
            return self._imports.use("typing.Never")
        if found[0].wrapper is None:
            media = found[0].reply.media
            return self._types.given(media) if media else "None"
        return " | ".join(f"{self._replies}{success.wrapper}" for success in found)

    def _one_of(self, media_types: tuple[str, ...]) -> str:
        """One of some media types; of none: any text."""
        if not media_types:
            return "str"
        return f"{self._imports.use('typing.Literal')}[{', '.join(map(literal, media_types))}]"


def method_docstring(operation: Operation) -> str:
    """Summary, description, and where the operation is, so that a search for it ends here."""
    deprecated = "Deprecated." if operation.deprecated else ""
    place = f"`{operation.method} {operation.path}`"
    return docstring(
        paragraphs(operation.summary, operation.description, deprecated, place), indent=8
    )


def _protocol(
    tag: Tag, operations: list[Operation], signatures: Signatures, imports: Imports
) -> str:
    lines = [f"class {tag.protocol}({imports.use('typing.Protocol')}):"]
    if note := docstring(tag.description):
        lines.append(note)
    for operation in operations:
        lines += ["", signatures.method(operation), method_docstring(operation)]
    return "\n".join(lines)
