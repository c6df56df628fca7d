"""What a generated `routes.py` says of a contract: values only, compiled when the application
starts.

`Shape` tells how the text of a parameter becomes JSON before its type validates it: a JSON type
name, ``[shape]`` for an array, ``{"name": shape, "*": shape}`` for an object (`*`: any other
key), a tuple of shapes where several are possible, tried in that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Literal

Shape = Any
PROBLEM = "application/problem+json"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    `name` is the name on the wire, `into` the handler's keyword (the same unless given).
    `content` is set where the contract declares the parameter by media type.
    """

    name: str
    type: Any
    shape: Shape = "string"
    into: str = ""
    required: bool = False
    default: Any = None
    style: str = ""
    explode: bool = False
    content: str | None = None

    location = ""

    @property
    def keyword(self) -> str:
        return self.into or self.name


@dataclass(frozen=True, slots=True)
class Path(Parameter):
    required: bool = True
    style: str = "simple"
    location = "path"


@dataclass(frozen=True, slots=True)
class Query(Parameter):
    style: str = "form"
    explode: bool = True
    location = "query"


@dataclass(frozen=True, slots=True)
class Header(Parameter):
    style: str = "simple"
    location = "header"


@dataclass(frozen=True, slots=True)
class Cookie(Parameter):
    style: str = "form"
    explode: bool = True
    location = "cookie"


@dataclass(frozen=True, slots=True)
class Querystring(Parameter):
    """The whole query string, of the media type `content`; `encoding` is by property of a form."""

    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    location = "querystring"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property of a form is written: in a parameter's `style`, or else as text of
    `content_type` (several with commas between them, `*` for any).

    `headers` are those of its part, where the form is multipart.
    """

    content_type: str = ""
    style: str = ""
    explode: bool | None = None
    headers: tuple[Header, ...] = ()


def deep_objects(*names: str) -> dict[str, Encoding]:
    """The encoding of properties in style deepObject: `name[key]=value`."""
    return dict.fromkeys(names, Encoding(style="deepObject", explode=True))


@dataclass(frozen=True, slots=True)
class Media:
    """A media type and the Python type of its content (`bytes` and `str` pass as they are).

    `encoding` is by property of a form. With `each` it is a stream, of items of that type, or of
    events that have such `data`.
    """

    media_type: str
    type: Any
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    each: Literal["", "item", "data"] = ""


@dataclass(frozen=True, slots=True)
class Body:
    """The request body: one keyword, `body`, of the type that its Content-Type selects. With
    `says_type` there is a second, `content_type`: which of them it was, or None for no body."""

    media: tuple[Media, ...]
    required: bool = True
    says_type: bool = False


@dataclass(frozen=True, slots=True)
class ReplyHeader:
    """A response header: `field` is the attribute of the reply type that carries it.

    It is written in style simple, or as text of the media type `content`.
    """

    name: str
    field: str
    type: Any
    required: bool = False
    explode: bool = False
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One success: what a handler may return.

    With `wrapper` (a generated dataclass) the handler returns an instance of it, which carries
    the headers and, where there is one, the `body`; without, it returns the body itself, or None.
    `status` is a number; a range such as `2XX` or `default` needs a wrapper, which carries
    `status`. So does a range of media types, whose wrapper carries `media_type`.
    """

    status: int | str
    media: tuple[Media, ...] = ()
    wrapper: type | None = None
    headers: tuple[ReplyHeader, ...] = ()


def problems(*statuses: int | str) -> dict[str, str]:
    """Error replies that are `application/problem+json`, by status."""
    return {str(status): PROBLEM for status in statuses}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header, query parameter or cookie called `name`."""

    location: Literal["header", "query", "cookie"]
    name: str


@dataclass(frozen=True, slots=True)
class Http:
    """HTTP authentication: `bearer`, `basic` or another registered scheme, in lower case.

    OAuth2 and OpenID Connect schemes are `Http("bearer")` too: that is how their tokens come.
    """

    scheme: str


@dataclass(frozen=True, slots=True)
class MutualTls:
    """The client's certificate, as the server or its proxy reports it."""


Scheme = ApiKey | Http | MutualTls


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation; `handler` is the name of its method in the handler class of `tag`.

    `errors` maps status (`"404"`, `"4XX"`, `"default"`) to the media type of the error body
    (empty: no body). `security` lists alternatives, each a mapping of scheme to scopes; `{}`
    among them admits callers without credentials; empty means that nothing is asked. With
    `accept` the handler is told which of those media types the caller would have (of none: the
    Accept header as it came).
    """

    id: str
    tag: str
    handler: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    replies: tuple[Reply, ...] = ()
    accept: tuple[str, ...] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    deprecated: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A whole contract: `document` is the bundled OpenAPI file beside `routes.py`."""

    name: str
    title: str
    release: str
    document: FilePath
    operations: tuple[Operation, ...]
    schemes: Mapping[str, Scheme] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Api:
    """A contract and its handlers, by tag: an instance, a `provide(Class)`, or None."""

    contract: Contract
    handlers: Mapping[str, object]
