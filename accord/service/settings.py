"""Settings that every service has, from environment variables, and what says that one is wrong.

A service's own class adds what is its own, and the prefix of the variables' names:

    class Settings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="SHOP_")

        currency: str = "EUR"
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _parts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _is_network(value: str) -> str:
    ip_network(value, strict=False)
    return value


Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]
Network = Annotated[str, AfterValidator(_is_network)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_parts)]


class WrongSettings(Exception):
    """One or more settings are wrong; the message names each, its fault and what is allowed."""


class ServiceSettings(BaseSettings):
    """Times are in seconds, sizes in bytes. Fields are described by the docstrings below them."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    development: bool = False
    """Conveniences that production must not have, such as keys that are no secret."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Port = 8000
    """The port to listen on; 0 takes a free one."""
    backlog: int = Field(default=2048, ge=1, le=65535)
    """How many connections may wait to be accepted."""
    keep_alive: int = Field(default=20, ge=1, le=3600)
    """How long an idle connection is kept."""
    limit_concurrency: int = Field(default=1000, ge=1, le=100_000)
    """Requests served at once; further ones are answered 503."""
    trusted_proxies: Networks = ()
    """Addresses or networks, separated by commas, whose `Forwarded` and `X-Forwarded-*`
    headers are believed."""
    drain_delay: float = Field(default=0, ge=0, le=3600)
    """How long requests are served after the signal to stop, while `/health/ready` says no: until
    nobody sends any more."""
    shutdown_timeout: int = Field(default=30, ge=0, le=3600)
    """How long requests in flight may take to finish when the service stops."""

    request_timeout: Seconds = 30
    """How long an answer may take where the caller does not say."""
    longest_request_timeout: Seconds = 120
    """The most that a caller can ask for."""
    allowed_hosts: Texts = ()
    """Values of `Host` that are served, separated by commas; none: all."""
    cors_origins: Texts = ()
    """Origins whose scripts may call the service from a browser, separated by commas."""
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
    def _a_request_has_no_more_than_the_longest(self) -> Self:
        if self.request_timeout > self.longest_request_timeout:
            raise ValueError(
                f"{self.prefix()}REQUEST_TIMEOUT: {self.request_timeout:g} is wrong: it is more "
                f"than {self.prefix()}LONGEST_REQUEST_TIMEOUT (allowed: more than 0, up to "
                f"{self.longest_request_timeout:g})"
            )
        return self

    @classmethod
    def prefix(cls) -> str:
        """What the names of the environment variables begin with."""
        return cls.model_config.get("env_prefix") or ""

    @classmethod
    def explained(cls) -> str:
        """Every setting as its variable, with what it is for, what is allowed and what it is where
        it is not set; for people to read."""
        described = cls.model_json_schema()["properties"]
        return "\n".join(
            f"{cls.prefix()}{name.upper()}\n"
            f"    {' '.join(described[name]['description'].split())}\n"
            f"    allowed: {_allowed(described[name])}; {_otherwise(field.get_default())}"
            for name, field in cls.model_fields.items()
        )

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """The settings of this process; `overrides` win over the environment.

        Raises `WrongSettings` with every setting that is wrong, its fault and what is allowed.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            schema = cls.model_json_schema()["properties"]
            faults = error.errors(include_url=False)
            lines = [_line(cls.prefix(), fault, schema) for fault in faults]
            raise WrongSettings("\n".join(lines)) from None


def _otherwise(default: Any) -> str:
    return "not set" if default in (None, (), "") else f"{default} where it is not set"


def _line(prefix: str, fault: ErrorDetails, schema: Mapping[str, Any]) -> str:
    if not fault["loc"]:
        return fault["msg"].removeprefix("Value error, ")
    name = str(fault["loc"][0])
    described = schema[name]
    # Texts may be secrets or hold them, as a database's URL does.
    shown = f"{fault['input']!r} is wrong" if _is_public(described) else "what is set is wrong"
    return f"{prefix}{name.upper()}: {shown}: {fault['msg']} (allowed: {_allowed(described)})"


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
