"""What must hold between the parts of a contract, beyond the shape of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from accord.spec.exchanges import Exchange, Part
from accord.spec.findings import Findings
from accord.spec.pointers import join, nearest, parent
from accord.spec.security import security_schemes

STYLES: Mapping[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "querystring": (),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
_STATUS = re.compile(r"[1-5](?:\d\d|XX)$|default$")
_SCHEMES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")


def check(document: Mapping[str, Any], exchanges: Iterable[Exchange], findings: Findings) -> None:
    """Adds a fault for everything in the operations and their security that cannot be served."""
    _security_schemes(document, findings)
    _requirements(document, document, "", findings)
    ids: dict[str, Exchange] = {}
    shapes: dict[tuple[str, str], Exchange] = {}
    for exchange in exchanges:
        _operation_id(exchange, ids, findings)
        _template(exchange, shapes, findings)
        for part in exchange.parameters:
            _parameter(part, findings)
        _twice(exchange, findings)
        _whole_query(exchange, findings)
        for body in (exchange.body, *exchange.replies):
            _encodings(body, findings)
        for reply in exchange.replies:
            _reply(reply, findings)
        _requirements(document, exchange.node, exchange.pointer, findings)


def check_outgoing(exchanges: Iterable[Exchange], findings: Findings) -> None:
    """The same of webhooks and callbacks, whose paths and security are those of others."""
    for exchange in exchanges:
        for part in exchange.parameters:
            _parameter(part, findings)
        for reply in exchange.replies:
            _reply(reply, findings)


def _operation_id(exchange: Exchange, ids: dict[str, Exchange], findings: Findings) -> None:
    if not exchange.named:
        return
    first = ids.setdefault(exchange.id, exchange)
    if first.pointer != exchange.pointer:
        file, pointer = findings.origin(first.pointer)
        line, _ = file.place(pointer)
        findings.fault(
            join(exchange.pointer, "operationId"),
            f"the operationId {exchange.id!r} is taken by {first.method} {first.template!r}"
            f" ({file.shown}:{line})",
            "give each operation an operationId of its own",
        )


def _template(
    exchange: Exchange, shapes: dict[tuple[str, str], Exchange], findings: Findings
) -> None:
    path = parent(exchange.pointer)
    if not _TOKEN.match(exchange.method):
        findings.fault(
            exchange.pointer, f"{exchange.method!r} is not an HTTP method", "correct the key"
        )
    if not exchange.template.startswith("/"):
        findings.fault(
            path, f"the path {exchange.template!r} does not begin with '/'", "put a '/' in front"
        )
    names = PLACEHOLDER.findall(exchange.template)
    for name in {name for name in names if names.count(name) > 1 or not name}:
        wrong = findings.warn if name else findings.fault
        wrong(
            path,
            f"the path {exchange.template!r} has {{{name}}} {'twice' if name else 'with no name'}",
            "give each placeholder a name of its own",
        )
    shape = (exchange.method, PLACEHOLDER.sub("{}", exchange.path))
    first = shapes.setdefault(shape, exchange)
    if first.path != exchange.path:
        findings.fault(
            path,
            f"{exchange.method} {exchange.template!r} and {first.template!r} are the same path",
            "make them one path, or tell them apart by a literal segment",
        )
    declared = {part.name: part for part in exchange.parameters if part.node["in"] == "path"}
    for name, part in declared.items():
        if name not in names:
            near = nearest(name, names)
            findings.fault(
                part.use,
                f"the path parameter {name!r} is not in the path {exchange.template!r}",
                f"rename it to {near[0]!r}"
                if near
                else f"add {{{name}}} to the path, or remove it",
            )
    for name in () if exchange.incomplete else dict.fromkeys(names):
        if name and name not in declared:
            findings.fault(
                exchange.pointer,
                f"{{{name}}} in the path {exchange.template!r} is not declared as a parameter",
                f"add a parameter {name!r} with `in: path` and `required: true`",
            )


def _parameter(part: Part, findings: Findings) -> None:
    location = part.node["in"]
    styles = STYLES.get(location)
    if styles is None:
        near = nearest(location, STYLES)
        findings.fault(
            join(part.pointer, "in"),
            f"{location!r} is not a place for a parameter",
            f"write {near[0]!r}" if near else f"write one of {', '.join(STYLES)}",
        )
        return
    if location == "querystring":
        _querystring(part, findings)
        return
    style = part.node.get("style")
    if style is not None and style not in styles:
        findings.fault(
            join(part.pointer, "style"),
            f"the style {style!r} does not exist for {location} parameters",
            f"write one of {', '.join(styles)}, or remove it",
        )
    if "schema" not in part.node and not part.content:
        findings.fault(
            part.pointer,
            f"the parameter {part.name!r} has neither 'schema' nor 'content'",
            "add a schema",
        )
    elif len(part.content) > 1 or (part.content and "schema" in part.node):
        findings.fault(
            part.pointer,
            f"the parameter {part.name!r} has more than one of 'schema' and media types",
            "keep one schema, or one media type under 'content'",
        )


def _querystring(part: Part, findings: Findings) -> None:
    """The whole query string is one value, of a media type."""
    if len(part.content) != 1 or "schema" in part.node:
        findings.fault(
            part.pointer,
            f"the querystring parameter {part.name!r} is not declared by one media type",
            "write `content: {application/x-www-form-urlencoded: {schema: …}}`",
        )


def _whole_query(exchange: Exchange, findings: Findings) -> None:
    """Nothing of a query is left beside a parameter that is all of it."""
    whole = [part for part in exchange.parameters if part.node["in"] == "querystring"]
    others = [part for part in exchange.parameters if part.node["in"] == "query"]
    for part in (*whole[1:], *(others if whole else ())):
        findings.fault(
            part.use,
            f"the {part.node['in']} parameter {part.name!r} stands beside {whole[0].name!r}, which"
            " is the whole query string",
            f"make it a property of {whole[0].name!r}, or remove one of them",
        )


def _twice(exchange: Exchange, findings: Findings) -> None:
    seen: dict[tuple[str, str], Part] = {}
    for part in exchange.parameters:
        first = seen.setdefault((part.name, part.node["in"]), part)
        if first is not part:
            findings.fault(
                part.use,
                f"the {part.node['in']} parameter {part.name!r} is declared twice",
                "remove or rename one of them",
            )


def _encodings(part: Part | None, findings: Findings) -> None:
    """A property of a form is written in a style of queries, and its headers have schemas."""
    for content in part.content if part else ():
        for encoding in content.encoding.values():
            style = encoding.node.get("style")
            if style is not None and style not in STYLES["query"]:
                findings.fault(
                    join(encoding.pointer, "style"),
                    f"the style {style!r} does not exist for properties of forms",
                    f"write one of {', '.join(STYLES['query'])}, or remove it",
                )


def _reply(reply: Part, findings: Findings) -> None:
    if not _STATUS.match(reply.name):
        findings.fault(
            reply.use,
            f"{reply.name!r} is not a response status",
            "write a status such as '200', a range such as '4XX', or 'default'",
        )


def _security_schemes(document: Mapping[str, Any], findings: Findings) -> None:
    for name, scheme in document.get("components", {}).get("securitySchemes", {}).items():
        pointer = join("", "components", "securitySchemes", name)
        type_ = scheme.get("type")
        if "$ref" in scheme:
            continue
        if type_ not in _SCHEMES:
            findings.fault(
                join(pointer, "type"),
                f"{type_!r} is not a type of security scheme",
                f"write one of {', '.join(_SCHEMES)}",
            )
        needed = {"apiKey": ("name", "in"), "http": ("scheme",)}.get(type_, ())
        for key in needed:
            if key not in scheme:
                findings.fault(
                    pointer, f"this {type_} security scheme has no {key!r}", f"add {key!r}"
                )
        if type_ == "apiKey" and scheme.get("in", "header") not in ("header", "query", "cookie"):
            findings.fault(
                join(pointer, "in"),
                f"{scheme['in']!r} is not a place for an API key",
                "write header, query or cookie",
            )


def _requirements(
    document: Mapping[str, Any], owner: Mapping[str, Any], pointer: str, findings: Findings
) -> None:
    schemes = security_schemes(document)
    declared = document.get("components", {}).get("securitySchemes")
    for index, requirement in enumerate(owner.get("security") or ()):
        for name in requirement or ():
            if declared and name not in schemes:
                near = nearest(name, schemes)
                findings.fault(
                    join(pointer, "security", index, name),
                    f"there is no security scheme {name!r}",
                    f"write {near[0]!r}" if near else f"add {name!r} to components/securitySchemes",
                )
            elif not declared:
                findings.warn(
                    join(pointer, "security", index, name),
                    f"the contract declares no security schemes, so nothing says what {name!r} is;"
                    " the Authorization header is taken as it comes",
                    f"add {name!r} to components/securitySchemes",
                )
