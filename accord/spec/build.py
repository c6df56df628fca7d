"""The last step: exchanges and names → the IR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from accord.spec import ir
from accord.spec.addresses import not_addressable
from accord.spec.checks import STYLES
from accord.spec.exchanges import Content, Exchange, Part, Sent
from accord.spec.naming import Names, apply, header_names, parameter_names, sent_names, tag_of
from accord.spec.security import security_schemes


def build(
    document: Mapping[str, Any],
    exchanges: list[Exchange],
    sent: list[Sent],
    schemas: Mapping[str, Mapping[str, Any]],
    names: Names,
    *,
    source: str,
    name: str,
    digest: str,
) -> ir.Contract:
    """The contract's meaning, from parts that are known to be right."""
    builder = _Builder(document, names)
    operations = tuple(builder.operation(exchange) for exchange in exchanges)
    named = {names.classes[key]: apply(schema, names.classes) for key, schema in schemas.items()}
    info = document.get("info") or {}
    return ir.Contract(
        source=source,
        name=name,
        title=info.get("title", ""),
        release=info.get("version", ""),
        description=info.get("description", ""),
        tags=tuple(builder.tags.values()),
        operations=operations,
        schemas=named,
        schemes=tuple(builder.schemes()),
        document=document,
        digest=digest,
        outgoing=tuple(map(builder.outgoing, sent, sent_names(sent, names))),
        not_addressable=not_addressable(operations, named),
        names=ir.Locked(names.classes, names.operations, names.modules),
    )


def tag_order(document: Mapping[str, Any], exchanges: list[Exchange]) -> list[str]:
    """Tags with operations: those the contract lists in its order, then others as they come."""
    used = dict.fromkeys(tag_of(exchange) for exchange in exchanges)
    listed = [tag["name"] for tag in document.get("tags") or () if tag and tag["name"] in used]
    return list(dict.fromkeys((*listed, *used)))


class _Builder:
    def __init__(self, document: Mapping[str, Any], names: Names) -> None:
        self._document = document
        self._names = names
        described = {
            tag["name"]: tag.get("description", "") for tag in document.get("tags") or () if tag
        }
        self.tags = {
            tag: ir.Tag(tag, module, names.protocols[tag], described.get(tag, ""))
            for tag, module in names.modules.items()
        }

    def operation(self, exchange: Exchange) -> ir.Operation:
        node = exchange.node
        parts = exchange.parameters
        return ir.Operation(
            id=self._names.ids[exchange.use],
            python_name=self._names.operations[exchange.use],
            method=exchange.method,
            path=exchange.path,
            tag=self.tags[tag_of(exchange)],
            summary=node.get("summary", ""),
            description=node.get("description", ""),
            parameters=tuple(map(self._parameter, parts, parameter_names(parts))),
            body=self._body(exchange.body),
            replies=tuple(map(self._reply, exchange.replies)),
            security=self._security(node),
            deprecated=node.get("deprecated", False),
            extensions={key: value for key, value in node.items() if key.startswith("x-accord-")},
            pointer=exchange.pointer,
        )

    def outgoing(self, sent: Sent, python_name: str) -> ir.Outgoing:
        exchange, node = sent.exchange, sent.exchange.node
        parts = [part for part in exchange.parameters if part.node["in"] in ("query", "header")]
        return ir.Outgoing(
            kind="callback" if sent.owner else "webhook",
            name=sent.name,
            python_name=python_name,
            method=exchange.method,
            url=sent.url,
            operation=self._names.ids[sent.owner.use] if sent.owner else "",
            summary=node.get("summary", ""),
            description=node.get("description", ""),
            parameters=tuple(map(self._parameter, parts, parameter_names(parts, ("to",)))),
            body=self._body(exchange.body),
            replies=tuple(map(self._reply, exchange.replies)),
            pointer=exchange.pointer,
        )

    def _parameter(self, part: Part, python_name: str) -> ir.Parameter:
        node = part.node
        location = cast(ir.Location, node["in"])
        style = node.get("style") or next(iter(STYLES[location]), "")
        return ir.Parameter(
            name=part.name,
            python_name=python_name,
            location=location,
            schema=apply(part.schema or {}, self._names.classes),
            required=location == "path" or node.get("required", False),
            style=style,
            explode=node.get("explode", style in ("form", "cookie")),
            description=node.get("description", ""),
            media_type=part.content[0].type if part.content else None,
            encoding=self._encodings(part.content[0]) if part.content else {},
            allow_reserved=node.get("allowReserved", False),
            deprecated=node.get("deprecated", False),
            pointer=part.pointer,
        )

    def _media(self, content: Content) -> ir.Media:
        classes = self._names.classes
        return ir.Media(
            content.type,
            None if content.schema is None else apply(content.schema, classes),
            self._encodings(content),
            None if content.item_schema is None else apply(content.item_schema, classes),
        )

    def _encodings(self, content: Content) -> dict[str, ir.Encoding]:
        return {name: self._encoding(part) for name, part in content.encoding.items()}

    def _encoding(self, part: Part) -> ir.Encoding:
        node = part.node
        styled = node.keys() & {"style", "explode", "allowReserved"}
        style = node.get("style", "form") if styled else None
        return ir.Encoding(
            content_type=node.get("contentType", ""),
            style=style,
            explode=node.get("explode", style == "form"),
            allow_reserved=node.get("allowReserved", False),
            headers=tuple(map(self._header, part.headers, header_names(part.headers))),
        )

    def _body(self, part: Part | None) -> ir.Body | None:
        if part is None:
            return None
        return ir.Body(
            tuple(map(self._media, part.content)),
            part.node.get("required", False),
            part.node.get("description", ""),
        )

    def _reply(self, part: Part) -> ir.Reply:
        headers = tuple(map(self._header, part.headers, header_names(part.headers)))
        return ir.Reply(
            part.name,
            part.node.get("description", ""),
            tuple(map(self._media, part.content)),
            headers,
            part.links,
        )

    def _header(self, part: Part, python_name: str) -> ir.Header:
        schema = part.schema
        if schema is None:
            schema = part.content[0].schema if part.content else None
        return ir.Header(
            part.name,
            python_name,
            apply(schema or {}, self._names.classes),
            part.node.get("required", False),
            part.node.get("description", ""),
            set_by_service=part.node.get("x-accord-set-by") == "service",
            explode=part.node.get("explode", False),
            media_type=part.content[0].type if part.content else None,
        )

    def _security(self, node: Mapping[str, Any]) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        requirements = node.get("security")
        if requirements is None:
            requirements = self._document.get("security") or ()
        return tuple(
            {name: tuple(scopes) for name, scopes in (requirement or {}).items()}
            for requirement in requirements
        )

    def schemes(self) -> list[ir.SecurityScheme]:
        made = []
        for name, node in security_schemes(self._document).items():
            type_ = cast(
                Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"], node["type"]
            )
            made.append(
                ir.SecurityScheme(
                    name=name,
                    type=type_,
                    location=node["in"] if type_ == "apiKey" else None,
                    parameter=node["name"] if type_ == "apiKey" else None,
                    scheme=node["scheme"].lower() if type_ == "http" else None,
                    description=node.get("description", ""),
                )
            )
        return made
