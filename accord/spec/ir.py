"""What a contract means, as frozen values: the only thing that code generation sees.

Everything is resolved: no parameter, header, body or response `$ref` is left, path-level
parameters are merged into operations, names are final. Schemas are JSON Schema 2020-12
whatever version the contract was written in, and appear in two places only:

- `Contract.schemas`: the named ones, keyed by the Python class name they get;
- elsewhere as `Schema`: either ``{"$ref": "#/components/schemas/<Name>"}``, a scalar with its
  constraints, an array of such, or ``{}`` for anything. Objects, enums and unions are always
  named.

Null is said where a schema is used: ``["string", "null"]`` as a scalar's or an array's type,
``{"anyOf": [X, {"type": "null"}]}`` for everything else. A named schema that its author made
nullable is so at each of its uses, and not in `Contract.schemas`. A reference may carry
`description`, `default`, `deprecated`, `readOnly` and `writeOnly` beside it.

A string that is a file of a multipart body has ``"x-accord-file": true``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accord.errors import Fault

Schema = Mapping[str, Any]
Location = Literal["path", "query", "querystring", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    """As the contract writes it."""
    module: str
    """snake_case: `orders`, the file and keyword name in every layer."""
    protocol: str
    """The class name of the handlers' protocol: `OrdersHandler`."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a reply or of a part; its style is `simple`."""

    name: str
    python_name: str
    schema: Schema
    required: bool
    description: str = ""
    explode: bool = False
    media_type: str | None = None
    """Set where the header is declared by `content`: its text is of this media type."""
    set_by_service: bool = False
    """`x-accord-set-by: service`: a middleware writes it, so that no handler gives it."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a property of a form is written: in `style` where there is one, or else as
    `content_type` (empty: as its schema says)."""

    content_type: str = ""
    style: str | None = None
    explode: bool = False
    allow_reserved: bool = False
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    """On the wire."""
    python_name: str
    location: Location
    schema: Schema
    required: bool
    style: str
    explode: bool
    description: str = ""
    media_type: str | None = None
    """Set where the parameter is declared by `content`: its text is of this media type."""
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    """By property, where that is a form: of a whole query string."""
    allow_reserved: bool = False
    deprecated: bool = False
    pointer: str = ""

    @property
    def default(self) -> Any:
        """The schema's default, or None: optional parameters are None when absent."""
        return self.schema.get("default")


@dataclass(frozen=True, slots=True)
class Media:
    type: str
    """`application/json`, `multipart/form-data`, `image/*` …, without parameters unless those are
    what tells it from another: `application/json;version=2`."""
    schema: Schema | None
    """None: any bytes."""
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    """By property, of forms and multipart bodies alone."""
    item_schema: Schema | None = None
    """OpenAPI 3.2: the schema of each item of a stream."""


@dataclass(frozen=True, slots=True)
class Body:
    media: tuple[Media, ...]
    required: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    status: str
    """`"200"`, `"4XX"` or `"default"`."""
    description: str
    media: tuple[Media, ...] = ()
    headers: tuple[Header, ...] = ()
    links: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether domain errors, not return values, make this reply."""
        return self.status == "default" or self.status[0] in "45"


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    name: str
    type: Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
    location: Literal["header", "query", "cookie"] | None = None
    parameter: str | None = None
    """apiKey: the name of the header, query parameter or cookie."""
    scheme: str | None = None
    """http: `bearer`, `basic`, … in lower case."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    """operationId as the contract writes it, or made from method and path where it has none."""
    python_name: str
    method: str
    """Upper case."""
    path: str
    """With servers' base path and without fragment: `/v2/items/{item_id}`."""
    tag: Tag
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    replies: tuple[Reply, ...]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives (OR) of schemes (AND) with their scopes. Empty: open to all.
    An empty mapping among them makes the others optional."""
    deprecated: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)
    """`x-accord-*` as written."""
    pointer: str = ""

    @property
    def successes(self) -> tuple[Reply, ...]:
        """The replies that handlers return, in contract order."""
        return tuple(reply for reply in self.replies if not reply.is_error)

    @property
    def errors(self) -> tuple[Reply, ...]:
        return tuple(reply for reply in self.replies if reply.is_error)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request that the service sends by itself: a webhook, or a callback of an operation."""

    kind: Literal["webhook", "callback"]
    name: str
    """As the contract writes it."""
    python_name: str
    method: str
    url: str
    """The runtime expression of a callback's URL; empty for webhooks."""
    operation: str
    """The id of the operation that a callback belongs to."""
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    replies: tuple[Reply, ...]
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Locked:
    """Names by what they are given to: schemas and operations by their place in the bundled
    document (a JSON pointer), modules by tag. A naming lock holds those of the last reading."""

    classes: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    source: str
    """The path as the user gave it."""
    name: str
    """`store/v2`, `downstream/payments`; a lone file's stem otherwise."""
    title: str
    release: str
    """info.version."""
    description: str
    tags: tuple[Tag, ...]
    """Those with operations, in contract order."""
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Schema]
    schemes: tuple[SecurityScheme, ...]
    document: Mapping[str, Any]
    """The contract as its author wrote it, bundled: self-contained, every `$ref` local."""
    digest: str
    """SHA-256 over all files it was loaded from."""
    outgoing: tuple[Outgoing, ...] = ()
    not_addressable: tuple[str, ...] = ()
    """Ids of operations that nothing tells from one before: see `accord.spec.addresses`."""
    names: Locked = Locked()
    """Every name that was given, for the next reading to keep."""
    warnings: tuple[Fault, ...] = ()
    """What is wrong but was read over; `strict` makes faults of them."""
