"""Everything that can be set about the store, from environment variables `STORE_…`.

Nothing else reads the environment. A wrong value stops the start: see `load`.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "STORE_"
DEVELOPMENT_KEY = "not-a-secret-for-development-only"

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]
DatabaseUrl = Annotated[
    str, StringConstraints(pattern=r"^(sqlite\+aiosqlite:///|postgresql\+asyncpg://).+$")
]
KeySetLocation = Annotated[str, StringConstraints(pattern=r"^(https?:/)?/[^\s]+$")]
RedisUrl = Annotated[str, StringConstraints(pattern=r"^rediss?://[^\s/?#]+(/[0-9]+)?$")]


KeyName = Literal["cursor_key", "token_key", "downstream_key"]
_KEYS: tuple[KeyName, ...] = ("cursor_key", "token_key", "downstream_key")


def _parts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _is_network(value: str) -> str:
    ip_network(value, strict=False)
    return value


Network = Annotated[str, AfterValidator(_is_network)]


Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]


class WrongSettings(Exception):
    """One or more settings are wrong; the message names each, its fault and what is allowed."""


class Settings(BaseSettings):
    """Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    development: bool = False
    """Development conveniences: keys that are no secret, an issuer of tokens, demonstration
    items, migration at the start. Never in production."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Port = 8000
    """The port to listen on; 0 takes a free one."""
    backlog: int = Field(default=2048, ge=1, le=65535)
    """How many connections may wait to be accepted."""
    keep_alive: int = Field(default=20, ge=1, le=3600)
    """How long an idle connection is kept."""
    limit_concurrency: int = Field(default=1000, ge=1, le=100_000)
    """Requests and connections at once; further ones are answered 503."""
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_parts)] = ()
    """Addresses or networks, separated by commas, whose `Forwarded` and `X-Forwarded-*`
    headers are believed."""
    shutdown_timeout: int = Field(default=30, ge=0, le=3600)
    """How long requests in flight may take to finish when the store stops."""

    database_url: DatabaseUrl = "sqlite+aiosqlite:///./var/store.db"
    """SQLAlchemy's URL of the database: sqlite+aiosqlite or postgresql+asyncpg."""
    database_pool_size: int = Field(default=5, ge=1, le=200)
    """Connections kept for reading, and on PostgreSQL as many for writing."""
    database_timeout: Seconds = 5
    """How long to wait for a connection, or for SQLite's lock."""

    redis_url: RedisUrl | None = None
    """The Redis that replicas share for rate limit and cache; without it each has its own."""

    cursor_key: SecretStr | None = Field(default=None, min_length=32)
    """Signs page cursors; the same in all replicas."""
    token_key: SecretStr | None = Field(default=None, min_length=32)
    """Checks bearer tokens that are signed with a shared key (HS256)."""
    token_keys: KeySetLocation | None = None
    """Where the issuer publishes its keys (JWKS): a URL, or a file's absolute path. Tokens may be
    signed with one of them then (RS, PS, ES, EdDSA); a shared key is not needed."""
    token_issuer: str = "store-development"
    """The `iss` that tokens must have."""
    token_audience: str = "store"
    """The `aud` that tokens must have."""
    token_leeway: float = Field(default=10, ge=0, le=300)
    """How far the issuer's clock may be off."""

    customers_url: BaseUrl = "http://127.0.0.1:9101"
    """Where the customers service is."""
    pricing_url: BaseUrl = "http://127.0.0.1:9102"
    """Where the pricing service is."""
    inventory_url: BaseUrl = "http://127.0.0.1:9103"
    """Where the inventory service is."""
    payments_url: BaseUrl = "http://127.0.0.1:9104"
    """Where the payments service is."""
    shipping_url: BaseUrl = "http://127.0.0.1:9105"
    """Where the shipping service is."""
    notifications_url: BaseUrl = "http://127.0.0.1:9106"
    """Where the notifications service is."""
    downstream_key: SecretStr | None = Field(default=None, min_length=8)
    """The `X-Api-Key` that the six services know the store by."""
    downstream_timeout: Seconds = 5
    """How long one call to another service may take."""
    downstream_connections: int = Field(default=100, ge=1, le=10_000)
    """Connections to each of the six services."""

    details_timeout: Seconds = 2
    """How long `view=detailed` waits for the six services together."""
    placement_timeout: Seconds = 20
    """How long an order may take to be carried out before it is undone."""
    exports_at_once: int = Field(default=2, ge=1, le=64)
    """Exports of all items that may run at the same time, each in a thread of its own."""
    idempotency_wait: float = Field(default=2, ge=0, le=60)
    """How long a repeated request waits for the first one before it is answered 409."""

    request_timeout: Seconds = 30
    """How long an answer may take where the caller does not say."""
    longest_request_timeout: Seconds = 120
    """The most that a caller can ask for."""
    allowed_hosts: Texts = ()
    """Values of `Host` that are served, separated by commas; none: all."""
    cors_origins: Texts = ()
    """Origins whose scripts may call the store from a browser, separated by commas."""
    max_body_size: int = Field(default=1_048_576, ge=1024, le=1_073_741_824)
    """The largest request body."""
    body_timeout: Seconds = 30
    """How long a request body may take to come."""
    rate_limit: int = Field(default=1000, ge=1, le=1_000_000_000)
    """Requests that one caller may make in `rate_limit_window`."""
    rate_limit_window: int = Field(default=60, ge=1, le=86_400)
    """The window of the rate limit."""

    check_replies: float = Field(default=0, ge=0, le=1)
    """The share of replies that are held against the contract before they are sent."""
    log_file: Path | None = None
    """The file that log lines are appended to; standard output where it is not set."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe lines that are logged."""

    @model_validator(mode="after")
    def _keys_are_given(self) -> Self:
        missing = [name for name in _KEYS if getattr(self, name) is None]
        if self.token_keys and "token_key" in missing:
            missing.remove("token_key")
        if missing and not self.development:
            names = ", ".join(PREFIX + name.upper() for name in missing)
            raise ValueError(f"{names}: needed unless {PREFIX}DEVELOPMENT is true")
        return self

    def key(self, name: KeyName) -> str:
        """A key; where it is not set, which only development allows, one that is no secret."""
        given: SecretStr | None = getattr(self, name)
        return DEVELOPMENT_KEY if given is None else given.get_secret_value()

    @property
    def downstream_urls(self) -> Mapping[str, str]:
        """The base URL of each of the six services, by its name."""
        return {
            "customers": self.customers_url,
            "pricing": self.pricing_url,
            "inventory": self.inventory_url,
            "payments": self.payments_url,
            "shipping": self.shipping_url,
            "notifications": self.notifications_url,
        }

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None where it is not SQLite."""
        _, sqlite, file = self.database_url.partition("sqlite+aiosqlite:///")
        return Path(file) if sqlite else None


def load(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` win over the environment.

    Raises `WrongSettings` with every setting that is wrong, its fault and what is allowed.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        schema = Settings.model_json_schema()["properties"]
        lines = [_line(fault, schema) for fault in error.errors(include_url=False)]
        raise WrongSettings("\n".join(lines)) from None


def _line(fault: ErrorDetails, schema: Mapping[str, Any]) -> str:
    if not fault["loc"]:
        return fault["msg"].removeprefix("Value error, ")
    name = str(fault["loc"][0])
    described = schema[name]
    # Texts may be secrets or hold them, as a database's URL does.
    shown = f"{fault['input']!r} is wrong" if _is_public(described) else "what is set is wrong"
    return f"{PREFIX}{name.upper()}: {shown}: {fault['msg']} (allowed: {_allowed(described)})"


def _is_public(described: Mapping[str, Any]) -> bool:
    return "enum" in described or described.get("type") in ("integer", "number", "boolean")


def _allowed(described: Mapping[str, Any]) -> str:
    described = next(iter(described.get("anyOf", ())), described)
    match described:
        case {"enum": values}:
            return ", ".join(values)
        case {"minimum": low, "maximum": high}:
            return f"{low} to {high}"
        case {"exclusiveMinimum": low, "maximum": high}:
            return f"more than {low}, up to {high}"
        case {"minLength": low}:
            return f"at least {low} characters"
        case {"pattern": pattern}:
            return f"text that matches {pattern}"
        case {"type": "array"}:
            return "a list, separated by commas"
        case {"type": "boolean"}:
            return "true or false"
        case _:
            return "text"
