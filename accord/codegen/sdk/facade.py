"""The operations of a tag as methods of a class, and of one for asyncio.

get_item(…)             the content of the answer
get_item_response(…)    status and headers too
stream_export_items(…)  items or chunks as they come
iter_items(…)           the items of all pages of list_items
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accord.codegen.clients.names import argument_name
from accord.codegen.clients.operations import EndpointFiles, Signature
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, paragraphs
from accord.codegen.schemas import Schemas
from accord.codegen.sdk.paging import Paging, paging_of
from accord.spec.ir import Contract, Operation, Tag
from accord.spec.names import pascal

_LISTING = ("list_", "get_all_", "get_", "search_", "find_")
_KEY = "idempotency-key"
_TAKEN = frozenset({"AuthenticatedClient", "AsyncIterator", "Iterator", "Response", "Unset"})


@dataclass(frozen=True, slots=True)
class _Method:
    """One operation. `key` is the argument that a key is made for; empty where it has none."""

    operation: Operation
    signature: Signature
    paging: Paging | None
    item: str
    iterator: str
    key: str

    @property
    def name(self) -> str:
        return self.operation.python_name


@dataclass(frozen=True, slots=True)
class _Kind:
    """The two ways of calling: `prefix` in front of functions, `wait` in front of calls."""

    is_async: bool

    @property
    def start(self) -> str:
        return "async def" if self.is_async else "def"

    @property
    def wait(self) -> str:
        return "await " if self.is_async else ""

    @property
    def suffix(self) -> str:
        return "_async" if self.is_async else ""

    @property
    def iterator(self) -> str:
        return "AsyncIterator" if self.is_async else "Iterator"


class Facade:
    """Makes the modules of one contract's tags; `header` is their first line."""

    def __init__(self, schemas: Schemas, endpoints: EndpointFiles, header: str) -> None:
        self._schemas = schemas
        self._endpoints = endpoints
        self._header = header

    def module(self, contract: Contract, tag: Tag) -> str:
        """The module of a tag, which is the package that its operations are in."""
        imports = Imports("...")
        operations = [each for each in contract.operations if each.tag == tag]
        taken = {each.python_name for each in operations}
        methods = [self._method(operation, imports, taken) for operation in operations]
        classes = [
            "\n\n".join(_class(tag, methods, _Kind(is_async), imports))
            for is_async in (False, True)
        ]
        modules = [f"from .{each.name} import {', '.join(_functions(each))}" for each in methods]
        name, text = tag_class(tag), "\n\n".join(classes)
        exported = ", ".join(f'"{each}"' for each in sorted((name, f"Async{name}")))
        # What only replies that are no successes need.
        unused = [each for each in ("Any", "Unset", "UNSET") if not re.search(rf"\b{each}\b", text)]
        return "\n\n".join(
            [
                self._header,
                docstring(f"The operations of {tag.name}.", indent=0),
                "\n".join([imports.lines(unused), *modules]),
                text,
                f"__all__ = [{exported}]\n",
            ]
        )

    def _method(self, operation: Operation, imports: Imports, taken: set[str]) -> _Method:
        signature = self._endpoints.signature(operation, imports)
        paging = paging_of(operation, self._schemas)
        item, iterator = "", ""
        if paging is not None:
            item = self._endpoints.annotation(paging.item, imports)
            start = next((each for each in _LISTING if operation.python_name.startswith(each)), "")
            iterator = f"iter_{operation.python_name.removeprefix(start)}"
            if iterator in taken:
                iterator = f"iter_{operation.python_name}"
            taken.add(iterator)
        key = _key(operation, signature)
        return _Method(operation, signature, paging, item, iterator, key)


def tag_class(tag: Tag) -> str:
    """The class of a tag's operations: `Items`."""
    name = pascal(tag.module)
    return f"{name}Operations" if name in _TAKEN else name


def _key(operation: Operation, signature: Signature) -> str:
    """The argument for an Idempotency-Key that is text; empty where there is none."""
    for parameter in operation.parameters:
        if parameter.location == "header" and parameter.name.lower() == _KEY:
            name = argument_name(parameter.python_name)
            texts = (f"{name}: str", f"{name}: str | Unset = UNSET")
            return name if any(text in signature.keyword for text in texts) else ""
    return ""


def _functions(method: _Method) -> Iterator[str]:
    """What a method needs of its operation's module, under names that no argument has."""
    yield f"asyncio_detailed as _{method.name}_async"
    yield f"sync_detailed as _{method.name}"
    if method.signature.item:
        yield f"asyncio_stream as _{method.name}_stream_async"
        yield f"stream as _{method.name}_stream"


def _class(tag: Tag, methods: list[_Method], kind: _Kind, imports: Imports) -> Iterator[str]:
    imports.use("...client.AuthenticatedClient")
    name = f"{'Async' if kind.is_async else ''}{tag_class(tag)}"
    doc = docstring(tag.description or f"The operations of {tag.name}.")
    yield f"class {name}:\n{doc}"
    yield (
        "    def __init__(self, client: AuthenticatedClient) -> None:\n"
        "        self._client = client"
    )
    for method in methods:
        content = _content(method, kind)
        if "cast(" in content:
            imports.use("typing.cast")
        yield content
        yield _response(method, kind, imports)
        if method.signature.item:
            yield _stream(method, kind, imports)
        if method.paging is not None:
            yield _pages(method, method.paging, kind, imports)


def _content(method: _Method, kind: _Kind) -> str:
    success = method.signature.success
    call = f"{kind.wait}self.{method.name}_response({_passed(method)})"
    parsed = f"({call}).parsed" if kind.is_async else f"{call}.parsed"
    if success == "None":
        line = call
    elif "None" in success.split(" | ") or success == "Any":
        line = f"return {parsed}"
    else:
        # Of an answer that may have no content every type says None.
        line = f"return cast({success!r}, {parsed})"
    head = _head(kind.start, method.name, _arguments(method), success)
    return "\n".join([head, _documented(method), f"        {line}"])


def _response(method: _Method, kind: _Kind, imports: Imports) -> str:
    imports.use("...wire.response.Response")
    answered = imports.use(f"...wire.service.answered{kind.suffix}")
    success = method.signature.success
    call = f"_{method.name}{kind.suffix}({_passed(method, client=True)})"
    given = call if kind.is_async else f"lambda: {call}"
    made = []
    if method.key:
        new_key = imports.use("...wire.service.new_key")
        made = [
            f"        if {method.key} is None:",
            f"            {method.key} = {new_key}()",
        ]
    return "\n".join(
        [
            _head(
                kind.start, f"{method.name}_response", _arguments(method), f"Response[{success}]"
            ),
            f'        """As `{method.name}`: status and headers too."""',
            *made,
            f"        return {kind.wait}{answered}({given})",
        ]
    )


def _stream(method: _Method, kind: _Kind, imports: Imports) -> str:
    iterator = imports.use(f"collections.abc.{kind.iterator}")
    streamed = imports.use(f"...wire.service.streamed{kind.suffix}")
    call = f"_{method.name}_stream{kind.suffix}({_passed(method, client=True)})"
    return "\n".join(
        [
            _head(
                "def",
                f"stream_{method.name}",
                _arguments(method, keyed=False),
                f"{iterator}[{method.signature.item}]",
            ),
            f'        """As `{method.name}`: what the answer holds, as it comes."""',
            f"        return {streamed}({call})",
        ]
    )


def _pages(method: _Method, paging: Paging, kind: _Kind, imports: Imports) -> str:
    iterator = imports.use(f"collections.abc.{kind.iterator}")
    each = imports.use(f"...wire.pages.each{kind.suffix}")
    page = f"lambda cursor: self.{method.name}({_passed(method, cursor=paging.cursor)})"
    steps = f"{paging.items!r}, {paging.following!r}"
    return "\n".join(
        [
            _head("def", method.iterator, _arguments(method), f"{iterator}[{method.item}]"),
            f'        """Every item of all pages of `{method.name}`, from `{paging.cursor}` on."""',
            f"        return {each}({page}, {paging.cursor}, {steps})",
        ]
    )


def _head(start: str, name: str, arguments: str, result: str) -> str:
    return f"    {start} {name}(self{arguments}) -> {result}:"


def _arguments(method: _Method, *, keyed: bool = True) -> str:
    """The arguments after `self`; a key that is made may be left out."""
    keyword = list(method.signature.keyword)
    if method.key and keyed:
        keyword = [
            f"{name}: str | None = None" if name == method.key else argument
            for argument in keyword
            for name in (_name(argument),)
        ]
    # Those without a default first: a key that has got one may stand before them.
    parts = [*method.signature.positional, *(["*", *keyword] if keyword else [])]
    return "".join(f", {part}" for part in parts)


def _passed(method: _Method, *, client: bool = False, cursor: str = "") -> str:
    given = [_name(argument) for argument in method.signature.positional]
    if client:
        given.append("client=self._client")
    for argument in method.signature.keyword:
        name = _name(argument)
        given.append(f"{name}={'cursor' if name == cursor else name}")
    return ", ".join(given)


def _name(argument: str) -> str:
    return argument.partition(":")[0]


def _documented(method: _Method) -> str:
    operation = method.operation
    lines = []
    for parameter in operation.parameters:
        name, said = argument_name(parameter.python_name), " ".join(parameter.description.split())
        if name == method.key:
            said = f"{said} Made for this call where none is given.".strip()
        if said:
            lines.append(f"- `{name}`: {said}")
    return docstring(
        paragraphs(
            operation.summary,
            operation.description,
            "\n".join(lines),
            f"{operation.method} {operation.path}",
        ),
        indent=8,
    )
