"""Where a service is, how it is reached, and what the caller proves itself with."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

import httpx
from attrs import define, evolve, field

Credential = str | tuple[str, str]
"""A token or key; a user name and a password."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme of the contract: where its credential goes, and after which `prefix`."""

    location: Literal["header", "query", "cookie"]
    name: str
    prefix: str = ""

    def text(self, credential: Credential) -> str:
        """The credential as it is sent."""
        if isinstance(credential, tuple):
            pair = ":".join(credential).encode()
            credential = base64.b64encode(pair).decode()
        return f"{self.prefix} {credential}".lstrip()


@define
class Client:
    """Where the service is, and the httpx clients that calls go through.

    ``base_url`` is what paths of operations are relative to; ``cookies``, ``headers``, ``timeout``,
    ``verify_ssl``, ``follow_redirects`` and ``httpx_args`` are for the httpx clients that are made
    on first use. Clients that are set by hand keep their own.

    With ``raise_on_unexpected_status`` a reply that the contract does not list raises
    ``errors.UnexpectedStatus``; without, it is parsed as None.
    """

    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    _base_url: str = field(alias="base_url")
    _cookies: dict[str, str] = field(factory=dict, kw_only=True, alias="cookies")
    _headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers")
    _timeout: httpx.Timeout | None = field(default=None, kw_only=True, alias="timeout")
    _verify_ssl: Any = field(default=True, kw_only=True, alias="verify_ssl")
    _follow_redirects: bool = field(default=False, kw_only=True, alias="follow_redirects")
    _httpx_args: dict[str, Any] = field(factory=dict, kw_only=True, alias="httpx_args")
    _client: httpx.Client | None = field(default=None, init=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """A client like this one, with more headers and httpx clients of its own."""
        return evolve(self, headers={**self._headers, **headers})

    def with_cookies(self, cookies: dict[str, str]) -> Self:
        """A client like this one, with more cookies and httpx clients of its own."""
        return evolve(self, cookies={**self._cookies, **cookies})

    def with_timeout(self, timeout: httpx.Timeout) -> Self:
        """A client like this one, with another timeout and httpx clients of its own."""
        return evolve(self, timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Send calls through `client`, whose own settings then hold."""
        self._client = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The httpx client that synchronous calls go through."""
        if self._client is None:
            self._client = httpx.Client(**self._settings())
        return self._client

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Send calls through `async_client`, whose own settings then hold."""
        self._async_client = async_client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The httpx client that asynchronous calls go through."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(**self._settings())
        return self._async_client

    def sent_in(self, location: str) -> Mapping[str, str]:
        """The credentials that go there, by name: "header", "query" or "cookie"."""
        return {}

    def _settings(self) -> dict[str, Any]:
        # Credentials of the query go with each call: httpx would write its query anew.
        return {
            "base_url": self._base_url,
            "cookies": {**self._cookies, **self.sent_in("cookie")},
            "headers": {**self._headers, **self.sent_in("header")},
            "timeout": self._timeout,
            "verify": self._verify_ssl,
            "follow_redirects": self._follow_redirects,
            **self._httpx_args,
        }

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.get_httpx_client().__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.get_async_httpx_client().__aexit__(kind, error, trace)


@define
class AuthenticatedClient(Client):
    """A client for secured operations.

    ``token`` is the credential of the contract's first scheme, ``credentials`` are those of others
    by the scheme's name: a token, a key, or a pair of user name and password. Without any none is
    sent: an httpx client that is set by hand may have its own.
    """

    token: Credential = ""
    prefix: str | None = None
    """Instead of the one that the first scheme has."""
    auth_header_name: str | None = None
    credentials: dict[str, Credential] = field(factory=dict, kw_only=True)

    schemes: ClassVar[Mapping[str, Scheme]] = {}
    """The contract's, by name, in its order."""

    def sent_in(self, location: str) -> Mapping[str, str]:
        """The credentials that go there, by name: "header", "query" or "cookie"."""
        sent = {}
        if self.token:
            first = self._first()
            if first.location == location:
                sent[first.name] = first.text(self.token)
        for name, credential in self.credentials.items():
            scheme = self.schemes.get(name)
            if scheme is None:
                known = ", ".join(self.schemes) or "none"
                raise ValueError(f"the contract has no security scheme {name!r}; it has {known}")
            if scheme.location == location:
                sent[scheme.name] = scheme.text(credential)
        return sent

    def _first(self) -> Scheme:
        first = next(iter(self.schemes.values()), Scheme("header", "Authorization", "Bearer"))
        if self.auth_header_name is not None:
            first = Scheme("header", self.auth_header_name, first.prefix)
        prefix = first.prefix if self.prefix is None else self.prefix
        return Scheme(first.location, first.name, prefix)
