"""`routes.py`: the contract as declarations that the runtime compiles, and who handles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accord.codegen.imports import Imports
from accord.codegen.layout import call, literal, module
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
from accord.runtime.declare import PROBLEM
from accord.runtime.media_types import is_json
from accord.spec.addresses import by_address
from accord.spec.ir import (
    Contract,
    Encoding,
    Media,
    Operation,
    Parameter,
    Reply,
    Schema,
    SecurityScheme,
)

_DECLARATIONS = "accord.runtime.declare"
_STYLES = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "querystring": "",
    "cookie": "form",
}
_DEEP = Encoding(style="deepObject", explode=True)
_EXPLODES = {"path": False, "query": True, "querystring": False, "header": False, "cookie": True}


def render_routes(contract: Contract, schemas: Schemas, written: Written, source: str) -> str:
    """The module that declares every operation of `contract`, concrete paths first."""
    imports = Imports()
    declarations = Declarations(imports, Types(schemas, written, imports))
    ordered = sorted(
        by_address(contract.operations, contract.schemas),
        key=lambda operation: "{" in operation.path,
    )
    body = [
        f"CONTRACT = {declarations.use('Contract')}(",
        f"    name={literal(contract.name)},",
        f"    title={literal(contract.title)},",
        f"    release={literal(contract.release)},",
        f'    document={imports.use("pathlib.Path")}(__file__).with_name("contract.json"),',
        "    operations=(",
        *(f"        {declarations.operation(operation)}," for operation in ordered),
        "    ),",
        *_line("schemes", declarations.schemes(contract.schemes)),
        ")",
    ]
    blocks = ["\n".join(body), _api(contract, declarations)]
    return module(source, f"The operations of {contract.title}.", imports.lines(), *blocks)


class Declarations:
    """Expressions of `accord.runtime.declare`; what is at its default is left out."""

    def __init__(self, imports: Imports, types: Types) -> None:
        self._imports = imports
        self._types = types

    def use(self, name: str) -> str:
        return self._imports.use(f"{_DECLARATIONS}.{name}")

    @property
    def handlers(self) -> str:
        return self._imports.use(".handlers")

    def operation(self, operation: Operation) -> str:
        arguments = {
            "id": literal(operation.id),
            "tag": literal(operation.tag.module),
            "handler": literal(operation.python_name),
            "method": literal(operation.method),
            "path": literal(operation.path),
            "parameters": tuple_of(self.parameter(one) for one in operation.parameters),
            "body": self._body(operation),
            "replies": tuple_of(self._reply(success) for success in successes(operation)),
            "accept": self._accept(operation),
            "errors": self._errors(operation.errors),
            "security": tuple_of(_alternative(one) for one in operation.security),
            "deprecated": "True" if operation.deprecated else "",
            "extensions": literal(dict(operation.extensions)) if operation.extensions else "",
        }
        return call(self.use("Operation"), keywords(arguments))

    def schemes(self, schemes: Iterable[SecurityScheme]) -> str:
        pairs = [f"{literal(scheme.name)}: {self._scheme(scheme)}" for scheme in schemes]
        return "{" + ", ".join(pairs) + "}" if pairs else ""

    def parameter(self, parameter: Parameter) -> str:
        place = parameter.location
        own_name = parameter.python_name == parameter.name
        path = place == "path"
        arguments = {
            "shape": self._shape(parameter.schema),
            "into": "" if own_name else literal(parameter.python_name),
            "required": "True" if parameter.required and not path else "",
            "default": self._types.default(parameter.schema, parameter.default)
            if self._types.has_default(parameter.schema)
            else "",
            "style": "" if parameter.style == _STYLES[place] else literal(parameter.style),
            "explode": "" if parameter.explode == _EXPLODES[place] else literal(parameter.explode),
            "content": literal(parameter.media_type) if parameter.media_type else "",
            "encoding": self._encodings(parameter.encoding),
        }
        positional = [literal(parameter.name), self._types.validated(parameter.schema)]
        return call(self.use(place.capitalize()), [*positional, *keywords(arguments)])

    def _body(self, operation: Operation) -> str:
        if operation.body is None:
            return ""
        arguments = [tuple_of(self.media(media) for media in operation.body.media)]
        if not operation.body.required:
            arguments.append("required=False")
        if said_content_type(operation) is not None:
            arguments.append("says_type=True")
        return call(self.use("Body"), arguments)

    def _accept(self, operation: Operation) -> str:
        types = said_accept(operation)
        if types is None:
            return ""
        return tuple_of(map(literal, types)) or "()"

    def media(self, media: Media) -> str:
        type_, each = self._types.content(media)
        arguments = [literal(media.type), type_]
        if each:
            arguments.append(f"each={literal(each)}")
        encoding = self._encodings(media.encoding)
        if encoding:
            arguments.append(f"encoding={encoding}")
        return call(self.use("Media"), arguments)

    def _encodings(self, encodings: Mapping[str, Encoding]) -> str:
        """By property; those in style deepObject, which may be hundreds, by name alone."""
        deep = [literal(name) for name, one in encodings.items() if one == _DEEP]
        listed = call(self.use("deep_objects"), deep) if deep else ""
        pairs = [
            f"{literal(name)}: {self._encoding(one)}"
            for name, one in encodings.items()
            if one != _DEEP and one != Encoding()
        ]
        if not pairs:
            return listed
        return "{" + ", ".join([*([f"**{listed}"] if listed else []), *pairs]) + "}"

    def _encoding(self, encoding: Encoding) -> str:
        headers = [
            call(
                self.use("Header"),
                [
                    literal(header.name),
                    self._types.validated(header.schema),
                    *keywords(
                        {
                            "shape": self._shape(header.schema),
                            "required": "True" if header.required else "",
                            "explode": "True" if header.explode else "",
                            "content": literal(header.media_type) if header.media_type else "",
                        }
                    ),
                ],
            )
            for header in encoding.headers
        ]
        arguments = {
            "content_type": literal(encoding.content_type) if encoding.content_type else "",
            "style": literal(encoding.style) if encoding.style else "",
            "explode": literal(encoding.explode) if encoding.style else "",
            "headers": tuple_of(headers),
        }
        return call(self.use("Encoding"), keywords(arguments))

    def _shape(self, schema: Schema) -> str:
        shape = self._types.shape(schema)
        return "" if shape == "string" else _shape(shape)

    def _reply(self, success: Success) -> str:
        reply = success.reply
        status = reply.status if reply.status.isdigit() else literal(reply.status)
        headers = [
            call(
                self.use("ReplyHeader"),
                [
                    literal(header.name),
                    literal(header_field(header.python_name)),
                    self._types.validated(header.schema),
                    *keywords(
                        {
                            "required": "True" if header.required else "",
                            "explode": "True" if header.explode else "",
                            "content": literal(header.media_type) if header.media_type else "",
                        }
                    ),
                ],
            )
            for header in reply.headers
        ]
        arguments = {
            "media": tuple_of(self.media(media) for media in reply.media),
            "wrapper": f"{self.handlers}.{success.wrapper}" if success.wrapper else "",
            "headers": tuple_of(headers),
        }
        return call(self.use("Reply"), [status, *keywords(arguments)])

    def _errors(self, replies: Iterable[Reply]) -> str:
        kinds = {reply.status: _error_type(reply) for reply in replies}
        plain = [status for status, kind in kinds.items() if kind == PROBLEM]
        statuses = [status if status.isdigit() else literal(status) for status in plain]
        listed = call(self.use("problems"), statuses) if statuses else ""
        others = {status: kind for status, kind in kinds.items() if kind != PROBLEM}
        if not others:
            return listed
        pairs = [f"{literal(status)}: {literal(kind)}" for status, kind in others.items()]
        return "{" + ", ".join([*([f"**{listed}"] if listed else []), *pairs]) + "}"

    def _scheme(self, scheme: SecurityScheme) -> str:
        if scheme.type == "apiKey":
            return call(self.use("ApiKey"), [literal(scheme.location), literal(scheme.parameter)])
        if scheme.type == "mutualTLS":
            return call(self.use("MutualTls"), [])
        return call(self.use("Http"), [literal(scheme.scheme or "bearer")])


def _api(contract: Contract, declarations: Declarations) -> str:
    inputs = [
        f"{tag.module}: {declarations.handlers}.{tag.protocol} | None" for tag in contract.tags
    ]
    pairs = [f"{literal(tag.module)}: {tag.module}" for tag in contract.tags]
    api = declarations.use("Api")
    keywords = ", ".join(["*", *inputs]) if inputs else ""
    return "\n".join(
        [
            f"def api({keywords}) -> {api}:",
            '    """The contract with its handlers, by tag; None where there are none yet."""',
            f"    return {api}(CONTRACT, {{{', '.join(pairs)}}})",
        ]
    )


def _error_type(reply: Reply) -> str:
    types = [media.type for media in reply.media]
    if PROBLEM in types or not types:
        return PROBLEM if types else ""
    return next(filter(is_json, types), types[0])


def _alternative(schemes: Mapping[str, tuple[str, ...]]) -> str:
    pairs = [
        f"{literal(name)}: {tuple_of(map(literal, scopes)) or '()'}"
        for name, scopes in schemes.items()
    ]
    return "{" + ", ".join(pairs) + "}"


def _shape(shape: object) -> str:
    if isinstance(shape, tuple):
        return tuple_of(_shape(option) for option in shape)
    if isinstance(shape, list):
        return f"[{_shape(shape[0])}]"
    if isinstance(shape, dict):
        pairs = [f"{literal(name)}: {_shape(inner)}" for name, inner in shape.items()]
        return "{" + ", ".join(pairs) + "}"
    return literal(shape)


def tuple_of(items: Iterable[str]) -> str:
    """A tuple's text; empty for no items."""
    listed = list(items)
    if len(listed) == 1:
        return f"({listed[0]},)"
    return f"({', '.join(listed)})" if listed else ""


def keywords(arguments: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in arguments.items() if value]


def _line(name: str, value: str) -> list[str]:
    return [f"    {name}={value},"] if value else []
