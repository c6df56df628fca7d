"""JSON values as XML, by the `xml` members of their schemas (OpenAPI, XML Object)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from accord.mock.document import Document

Node = Mapping[str, Any]


def xml_text(document: Document, schema: Any, value: Any) -> str:
    """`value` as an XML document; `schema` is its own, as the author of the contract wrote it."""
    writer = _Writer(document)
    reference = schema.get("$ref", "") if isinstance(schema, Mapping) else ""
    root = Element(writer.tag(writer.flat(schema), reference.rpartition("/")[2] or "root"))
    writer.fill(root, writer.flat(schema), value)
    return tostring(root, encoding="unicode", xml_declaration=True)


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document

    def flat(self, schema: Any) -> Node:
        """A schema without references, and with the properties of what it is composed of."""
        node = self._document.followed(schema)
        properties: dict[str, Any] = {}
        for keyword in ("allOf", "anyOf", "oneOf"):
            for part in node.get(keyword, ()):
                properties |= self.flat(part).get("properties", {})
        return {**node, "properties": {**properties, **node.get("properties", {})}}

    def tag(self, schema: Node, name: str) -> str:
        """The name of an element or attribute, with its prefix."""
        xml = schema.get("xml", {})
        tag = str(xml.get("name") or name)
        return f"{xml['prefix']}:{tag}" if xml.get("prefix") else tag

    def fill(self, element: Element, schema: Node, value: Any) -> None:
        xml = schema.get("xml", {})
        if namespace := xml.get("namespace"):
            prefix = xml.get("prefix")
            element.set(f"xmlns:{prefix}" if prefix else "xmlns", str(namespace))
        if isinstance(value, Mapping):
            for name, inner in value.items():
                self._property(element, name, self.flat(schema["properties"].get(name, {})), inner)
        elif isinstance(value, list):
            self._items(element, schema, value, "item")
        else:
            element.text = _scalar(value)

    def _property(self, element: Element, name: str, schema: Node, value: Any) -> None:
        xml, tag = schema.get("xml", {}), self.tag(schema, name)
        if xml.get("attribute") or xml.get("nodeType") == "attribute":
            element.set(tag, _scalar(value))
        elif isinstance(value, list):
            wrapped = xml.get("wrapped") or xml.get("nodeType") == "element"
            self._items(SubElement(element, tag) if wrapped else element, schema, value, tag)
        elif value is not None:
            self.fill(SubElement(element, tag), schema, value)

    def _items(self, parent: Element, schema: Node, values: list[Any], name: str) -> None:
        items = self.flat(schema.get("items", {}))
        for value in values:
            self.fill(SubElement(parent, self.tag(items, name)), items, value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
