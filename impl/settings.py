"""Everything that can be set about the store, from environment variables `STORE_…`.

Nothing else reads the environment. A wrong value stops the start: see `Settings.load`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import SettingsConfigDict

from accord.service.settings import Seconds, ServiceSettings

PREFIX = "STORE_"
DEVELOPMENT_KEY = "not-a-secret-for-development-only"

BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]
DatabaseUrl = Annotated[
    str, StringConstraints(pattern=r"^(sqlite\+aiosqlite:///|postgresql\+asyncpg://).+$")
]
KeySetLocation = Annotated[str, StringConstraints(pattern=r"^(https?:/)?/[^\s]+$")]
RedisUrl = Annotated[str, StringConstraints(pattern=r"^rediss?://[^\s/?#]+(/[0-9]+)?$")]


KeyName = Literal["cursor_key", "token_key", "downstream_key"]
_KEYS: tuple[KeyName, ...] = ("cursor_key", "token_key", "downstream_key")


class Settings(ServiceSettings):
    """What every service has, and what is the store's own. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

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
    undo_patience: Seconds = 300
    """How long what must be done or undone of an order is tried before the order is parked."""
    saga_retention_days: float = Field(default=7, ge=1, le=3650)
    """How long a repeated request is answered as the first one was, and its steps can be looked
    up."""
    saga_lease: float = Field(default=6, ge=0.5, le=60)
    """How long a replica that says nothing is taken to be alive; then others take its orders
    over."""

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
