"""What the law's rules mean to a validator."""

from __future__ import annotations

from collections.abc import Mapping

REVERSED = frozenset(
    (
        "reply-property-removed",
        "reply-header-removed",
        "reply-media-type-removed",
        "reply-status-removed",
        "reply-body-removed",
    )
)
"""Promises that are taken back: what shows them could come before, and never comes now."""

_CLOSED = frozenset(("additionalProperties", "unevaluatedProperties", "None"))
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "type": frozenset(("type", "enum", "const", "None")),
    "null": frozenset(("type", "enum", "const", "not")),
    "enum": frozenset(("enum", "const")),
    "minimum": frozenset(("minimum", "exclusiveMinimum")),
    "maximum": frozenset(("maximum", "exclusiveMaximum")),
    "min-length": frozenset(("minLength",)),
    "max-length": frozenset(("maxLength",)),
    "min-items": frozenset(("minItems",)),
    "max-items": frozenset(("maxItems",)),
    "min-properties": frozenset(("minProperties",)),
    "max-properties": frozenset(("maxProperties",)),
    "multiple-of": frozenset(("multipleOf", "type")),
    "pattern": frozenset(("pattern",)),
    "format": frozenset(("format", "minimum", "maximum")),
    "content-encoding": frozenset(("format",)),
    "content-media-type": frozenset(("format",)),
    "unique-items": frozenset(("uniqueItems",)),
    "contains": frozenset(("contains", "minContains", "maxContains")),
    "items": frozenset(("items", "prefixItems", "unevaluatedItems", "None")),
    "property-added-required": frozenset(("required", "if", "anyOf", "oneOf")),
    "property-required": frozenset(("required", "if", "anyOf", "oneOf")),
    "property-optional": frozenset(("required", "if", "anyOf", "oneOf")),
    "property-added": _CLOSED,
    "property-removed": _CLOSED,
    "other-properties": _CLOSED,
    "pattern-properties": _CLOSED,
}


def keywords_of(rule: str) -> frozenset[str]:
    """The keywords that refuse what shows a break of `rule`; empty where any may."""
    return _KEYWORDS.get(rule.partition("-")[2], frozenset())
