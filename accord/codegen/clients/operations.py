"""What `api/` of a client holds: a module for each operation, a declaration and a few functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accord.codegen.clients.media import MediaTypes
from accord.codegen.clients.names import ModelNames, argument_name
from accord.codegen.clients.types import ClientTypes, joined
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, paragraphs
from accord.codegen.schemas import Schemas
from accord.spec.ir import Header, Operation, Parameter, Reply, Schema

_DEFAULTS = {
    "path": ("simple", False),
    "query": ("form", True),
    "header": ("simple", False),
    "cookie": ("form", True),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A module. `signature` are the arguments of its functions, `given` what they pass on."""

    title: str
    call: str
    result: str
    positional: tuple[str, ...]
    keyword: tuple[str, ...]
    given: str
    has_content: bool
    item: str
    """The type of what a stream of it gives; empty where it has none."""
    headers: tuple[tuple[str, str, str, str], ...]
    """Attribute, type, documentation and reading of each header of its replies."""
    imports: str


@dataclass(frozen=True, slots=True)
class Signature:
    """What an operation takes and gives, for functions that pass it on. Arguments are
    `name: type` or `name: type = UNSET`; `success` is what comes with a success, `item` what
    streaming gives, empty where nothing streams."""

    positional: tuple[str, ...]
    keyword: tuple[str, ...]
    success: str
    item: str


class EndpointFiles:
    """Makes the content of the modules below `api` of one client."""

    def __init__(self, schemas: Schemas, names: ModelNames, runtime: str) -> None:
        self._schemas = schemas
        self._names = names
        self._runtime = runtime

    def file(self, operation: Operation) -> Endpoint:
        """The content of the module of `operation`."""
        imports = Imports("...")
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return _Writer(types, imports, operation).endpoint()

    def signature(self, operation: Operation, imports: Imports) -> Signature:
        """How `operation` is called, for a module in the place of its own."""
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return _Writer(types, imports, operation).signature()

    def annotation(self, schema: Schema, imports: Imports) -> str:
        """The type of a value of `schema`, for such a module."""
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return types.annotation(schema)


class _Writer:
    def __init__(self, types: ClientTypes, imports: Imports, operation: Operation) -> None:
        self._types = types
        self._imports = imports
        self._media = MediaTypes(types, imports)
        self._operation = operation
        paths = [each for each in operation.parameters if each.location == "path"]
        others = [each for each in operation.parameters if each.location != "path"]
        self._parameters = (*paths, *others)

    def endpoint(self) -> Endpoint:
        operation = self._operation
        contents = [media for reply in operation.replies for media in reply.media]
        result = joined(map(self._media.reply_type, contents))
        call = self._call()
        positional, keyword = self._signature()
        headers = tuple(self._headers())
        self._types.use("response", "Response")
        item = self._media.streamed(operation)
        if item:
            self._imports.use("collections.abc.AsyncIterator")
            self._imports.use("collections.abc.Iterator")
        return Endpoint(
            title=docstring(
                paragraphs(
                    operation.summary,
                    operation.description,
                    self._arguments(),
                    f"{operation.method} {operation.path}",
                ),
                indent=0,
            ),
            call=call,
            result=result or "None",
            positional=positional,
            keyword=keyword,
            given=self._given(),
            has_content=bool(contents),
            item=item,
            headers=headers,
            imports=self._imports.lines(),
        )

    def signature(self) -> Signature:
        replies = list(self._operation.successes)
        if not replies:
            replies = [each for each in self._operation.replies if each.status == "default"]
        types = [self._media.reply_type(media) for reply in replies for media in reply.media]
        if not types or any(not reply.media for reply in replies):
            types.append("None")
        return Signature(
            self._positional(),
            self._keyword(),
            joined(types),
            self._media.streamed(self._operation),
        )

    def _call(self) -> str:
        operation = self._operation
        arguments = [repr(operation.method), repr(operation.path)]
        if self._parameters:
            arguments.append(f"parameters={_tuple(map(self._parameter, self._parameters))}")
        if operation.body is not None:
            arguments.append(f"bodies={_tuple(map(self._media.body, operation.body.media))}")
        if operation.replies:
            arguments.append(f"replies={_tuple(map(self._reply, operation.replies))}")
        return f"{self._types.use('call', 'Call')}({', '.join(arguments)})"

    def _parameter(self, parameter: Parameter) -> str:
        if parameter.location == "querystring":
            return self._media.querystring(parameter)
        kind = self._types.use("styles", parameter.location.title())
        style, explode = _DEFAULTS[parameter.location]
        arguments = [repr(parameter.name)]
        if parameter.media_type is not None:
            arguments.append(f"content={parameter.media_type!r}")
        elif parameter.style != style and parameter.location != "header":
            arguments.append(f"style={parameter.style!r}")
        if parameter.explode != explode and parameter.media_type is None:
            arguments.append(f"explode={parameter.explode!r}")
        if parameter.allow_reserved and parameter.location in ("path", "query"):
            arguments.append("reserved=True")
        return f"{kind}({', '.join(arguments)})"

    def _signature(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        security = self._operation.security
        secured = bool(security) and {} not in security
        kind = "AuthenticatedClient" if secured else "Client"
        self._imports.use(f"...client.{kind}")
        return self._positional(), (f"client: {kind}", *self._keyword())

    def _positional(self) -> tuple[str, ...]:
        return tuple(
            f"{argument_name(each.python_name)}: {self._types.annotation(each.schema)}"
            for each in self._parameters
            if each.location == "path"
        )

    def _keyword(self) -> tuple[str, ...]:
        keyword: list[str] = []
        types, body = self._types, self._operation.body
        if body is not None:
            taken = [each for media in body.media for each in self._media.body_types(media)]
            keyword.append(self._optional("body", joined(taken), required=body.required))
        keyword += [
            self._optional(
                argument_name(each.python_name),
                types.annotation(each.schema),
                required=each.required,
            )
            for each in self._parameters
            if each.location != "path"
        ]
        if self._chooses_body():
            listed = [media.type for media in body.media] if body else []
            annotation = "str"
            if not any("*" in each for each in listed):
                literal = self._imports.use("typing.Literal")
                annotation = f"{literal}[{', '.join(map(repr, listed))}]"
            keyword.append(self._optional("content_type", annotation, required=False))
        if self._chooses_reply():
            keyword.append(self._optional("accept", "str", required=False))
        return tuple(keyword)

    def _optional(self, name: str, annotation: str, *, required: bool) -> str:
        if required:
            return f"{name}: {annotation}"
        return f"{name}: {self._types.or_unset(annotation)} = UNSET"

    def _given(self) -> str:
        """What the functions hand to the call."""
        names = [argument_name(each.python_name) for each in self._parameters]
        given = []
        if names:
            given.append(_tuple(names))
        if self._operation.body is not None:
            given.append("body=body")
        if self._chooses_body():
            given.append("content_type=content_type")
        if self._chooses_reply():
            given.append("accept=accept")
        return ", ".join(["client", *given])

    def _chooses_body(self) -> bool:
        body = self._operation.body
        return body is not None and (
            len(body.media) > 1 or any("*" in media.type for media in body.media)
        )

    def _chooses_reply(self) -> bool:
        return any(len(reply.media) > 1 for reply in self._operation.replies)

    def _reply(self, reply: Reply) -> str:
        arguments = [repr(reply.status)]
        if reply.media:
            arguments.append(_tuple(map(self._media.content, reply.media)))
        return f"{self._types.use('call', 'Reply')}({', '.join(arguments)})"

    def _headers(self) -> Iterator[tuple[str, str, str, str]]:
        known: dict[str, Header] = {}
        for reply in self._operation.replies:
            for header in reply.headers:
                known.setdefault(header.name.lower(), header)
        for header in known.values():
            annotation, parse = self._media.text_reader(header.schema)
            parse = parse or self._types.use("headers", "text")
            doc = docstring(header.description) if header.description else ""
            name = argument_name(header.python_name)
            read = (
                f"{self._types.use('headers', 'read')}(response.headers, {header.name!r}, {parse})"
            )
            self._imports.use("attrs.define")
            self._imports.use("typing.Any")
            yield name, f"{annotation} | None", doc, f"{name}={read}"

    def _arguments(self) -> str:
        """What the contract says of the arguments, as a list."""
        lines = [
            f"- `{argument_name(each.python_name)}`: {' '.join(each.description.split())}"
            for each in self._parameters
            if each.description
        ]
        return "\n".join(lines)


def _tuple(members: Iterable[str]) -> str:
    listed = list(members)
    return f"({', '.join(listed)}{',' * (len(listed) == 1)})"
