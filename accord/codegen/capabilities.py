"""What the engine does with every construct of OpenAPI and JSON Schema: one table.

`accord explain` prints it for a contract; tests hold each row against a server that is asked
what keeps to the construct and what breaks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accord.codegen.formats import BY_FORMAT


class Verdict(StrEnum):
    ENFORCED = "enforced"
    """What breaks it is refused, or never sent."""
    TYPED = "typed only"
    """It decides about types or clients; values that break it pass."""
    IGNORED = "ignored"
    """Nothing is made of it."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What is done with a construct, and in a few words how."""

    verdict: Verdict
    why: str


def enforced(why: str) -> Capability:
    return Capability(Verdict.ENFORCED, why)


def typed(why: str) -> Capability:
    return Capability(Verdict.TYPED, why)


def ignored(why: str) -> Capability:
    return Capability(Verdict.IGNORED, why)


_BY_TYPE = enforced("by the type of the model")
_BY_RULE = enforced("by a validator beside the model")
SCHEMA: Mapping[str, Capability] = {
    **dict.fromkeys(
        (
            *("type", "nullable", "enum", "const", "properties", "required", "items"),
            *("allOf", "anyOf", "oneOf", "additionalProperties", "$ref"),
            *("maxLength", "minLength", "maxItems", "minItems", "multipleOf"),
            *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        ),
        _BY_TYPE,
    ),
    **dict.fromkeys(
        (
            *("patternProperties", "propertyNames", "minProperties", "maxProperties"),
            *("dependentRequired", "dependentSchemas"),
            *("unevaluatedProperties", "unevaluatedItems", "prefixItems", "uniqueItems"),
            *("contains", "minContains", "maxContains", "not", "if", "then", "else"),
        ),
        _BY_RULE,
    ),
    "pattern": enforced("by pydantic's engine, or by Python's where it needs look-around"),
    "discriminator": enforced("it chooses the model; a value that is none of its is refused"),
    "readOnly": typed("requests have no such property: one that is sent is not handed over"),
    "writeOnly": typed("replies have no such property"),
    "default": typed("what a handler gets where nothing was sent"),
    "contentEncoding": ignored("the text is not decoded"),
    "contentMediaType": ignored("the text is not read"),
    "contentSchema": ignored("the text is not read"),
    "xml": ignored("XML reaches handlers as text; the mock writes it so"),
}
"""Keywords of schemas, where values come in."""

DESCRIBING = frozenset(
    (
        *("title", "description", "summary", "example", "examples", "deprecated", "externalDocs"),
        *("$comment", "$schema", "$id", "$anchor", "$defs", "definitions", "$dynamicAnchor", "id"),
    )
)
"""What is for readers, or names things: there is nothing to enforce."""

FORMAT = enforced("by a type of its own")
FORMAT_TYPED = typed("a hint about the number's size")
FORMAT_FILE = typed("bytes, or a file that streams to disk")
FORMAT_IGNORED = ignored("no format that is checked; any text passes")
_SIZES = frozenset({("number", "float"), ("number", "double")})


def format_of(types: tuple[str, ...], name: str) -> Capability:
    """What is done with a format beside these JSON types."""
    if any((kind, name) in BY_FORMAT for kind in types):
        return FORMAT
    if any((kind, name) in _SIZES for kind in types):
        return FORMAT_TYPED
    return FORMAT_FILE if name == "binary" else FORMAT_IGNORED


UNKNOWN_KEYWORD = ignored("no keyword of JSON Schema or OpenAPI")
REPLY_SCHEMA = typed("a handler's value has this type; check_replies holds replies to all of it")
UNHELD_SCHEMA = ignored("content of this media type is passed as it is")
UNHELD_TEXT = typed("text or bytes")
UNUSED = ignored("no operation uses it")

OPERATION = enforced("answered at its path and method")
UNREACHABLE = ignored("neither query nor body tells it from another at its path")
PARAMETER = enforced("decoded by style, validated, 422 or 400 where it does not fit")
PARAMETER_IGNORED = ignored("OpenAPI describes this header by other means")
ALLOW_RESERVED = typed("clients write it so; the server takes both")
ALLOW_EMPTY = ignored("an empty value is a value like any other")
BODY = enforced("400 where it is missing and required")
MEDIA_IN = enforced("read and validated; 415 for what is not listed")
MEDIA_IN_AS_IT_IS = typed("415 for what is not listed; the content passes as it is")
MEDIA_OUT = enforced("written by its type; 406 where the caller takes none that is listed")
MEDIA_OUT_AS_IT_IS = typed("406 where the caller takes none that is listed; bytes pass as they are")
ENCODING = enforced("parts are read by it")
ENCODING_BY_PLACE = ignored("parts without names are read as their own Content-Type says")
OWN_ADDRESS = ignored("references start from where the file lies")
STATUS = enforced("a status that is not listed is a defect, and never sent")
HEADER_REQUIRED = enforced("a reply without it is a defect, and never sent")
HEADER = typed("an attribute of the reply's type")
HEADER_IGNORED = ignored("the media type says it")
LINK = ignored("described; nothing is sent or called")
LINK_TO_PAGE = typed("makes an iterator over all pages in packages for consumers")
CALLBACK = typed("a typed function sends it where its expression says, and reads the answer")
WEBHOOK = typed("a typed function sends it, and reads the answer")
SERVER = enforced("its path is in front of every operation's")
SERVER_OTHER = ignored("the path of the first server counts")
SECURITY = enforced("401 without a credential, 403 without its scopes")
SECURITY_NONE = enforced("open to callers without a credential")
SCHEME = enforced("the credential is read, and given to the function that verifies it")
SCHEME_CERTIFICATE = typed("needs a server that tells of the caller's certificate")
