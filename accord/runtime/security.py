"""Security as the contract says it: alternatives of schemes, each verified once a request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from accord.runtime.declare import ApiKey, Http, MutualTls, Operation, Scheme
from accord.runtime.problem import Problem


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: `subject` is unique within the issuer, `scopes` what it may do.

    Where an operation asks for several schemes together, this is the principal of the first, and
    `by_scheme` has that of each, by the name of its scheme; else it is empty.
    """

    subject: str
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=dict)
    by_scheme: Mapping[str, Principal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """User name and password of HTTP basic authentication."""

    username: str
    password: str


Verifier = Callable[[Any], Awaitable[Principal | None]]
"""Takes a credential (text; `BasicCredentials` for HTTP basic; the ASGI TLS extension's mapping
for mutual TLS) and gives the principal, or None where the credential is not valid."""


@dataclass(slots=True)
class Presented:
    """Where credentials may be: header values by lower-case name, query and cookies by name."""

    headers: Mapping[bytes, bytes]
    query: Mapping[str, list[str]]
    cookies: Mapping[str, list[str]]
    scope: Mapping[str, Any]


_MALFORMED: Any = object()


@dataclass(frozen=True, slots=True)
class _Requirement:
    name: str
    scheme: Scheme
    verify: Verifier
    scopes: frozenset[str]


class Guard:
    """The security of one operation, compiled.

    `reads_query` and `reads_cookies` say whether it needs those parsed.
    """

    def __init__(
        self,
        operation: Operation,
        schemes: Mapping[str, Scheme],
        verifiers: Mapping[str, Verifier],
    ) -> None:
        self.optional = any(not alternative for alternative in operation.security)
        self.alternatives = tuple(
            tuple(
                _Requirement(name, schemes[name], verifiers[name], frozenset(scopes))
                for name, scopes in alternative.items()
            )
            for alternative in operation.security
            if alternative
        )
        used = [requirement.scheme for group in self.alternatives for requirement in group]
        keys = [scheme for scheme in used if isinstance(scheme, ApiKey)]
        self.reads_query = any(key.location == "query" for key in keys)
        self.reads_cookies = any(key.location == "cookie" for key in keys)
        self._schemes = tuple(dict.fromkeys(used))

    async def __call__(self, presented: Presented) -> Principal | None:
        """The principal of the first alternative that holds.

        None only where the contract makes security optional and nothing was presented. Raises a
        401 or 403 `Problem` otherwise.
        """
        verified: dict[str, Principal | None] = {}
        tried = lacking = False
        for group in self.alternatives:
            together: dict[str, Principal] = {}
            for requirement in group:
                name = requirement.name
                if name not in verified:
                    credential = _credential(requirement.scheme, presented)
                    if credential is None:
                        break
                    tried = True
                    wrong = credential is _MALFORMED
                    verified[name] = None if wrong else await requirement.verify(credential)
                found = verified[name]
                if found is None:
                    break
                if not requirement.scopes <= found.scopes:
                    lacking = True
                    break
                together[name] = found
            else:
                first = together[group[0].name]
                return first if len(group) == 1 else replace(first, by_scheme=together)
        if lacking:
            needed = sorted({s for group in self.alternatives for r in group for s in r.scopes})
            raise Problem(
                403,
                code="forbidden",
                detail=f"The credentials lack a scope; needed: {', '.join(needed)}.",
                headers=self._challenges(
                    'error="insufficient_scope"', f"scope={_quoted(' '.join(needed))}"
                ),
            )
        if self.optional and not tried:
            return None
        raise Problem(
            401,
            code="unauthorized",
            detail=(
                "The credentials are not valid."
                if tried
                else "The request carries no credentials for this operation."
            ),
            headers=self._challenges('error="invalid_token"') if tried else self._challenges(),
        )

    def _challenges(self, *attributes: str) -> dict[str, str]:
        """The WWW-Authenticate header; `attributes` are those of RFC 6750, for bearer tokens."""
        text = ", ".join(_challenge(scheme, attributes) for scheme in self._schemes)
        return {"www-authenticate": text} if text else {}


def _credential(scheme: Scheme, presented: Presented) -> Any:
    """What was presented for `scheme`: None for nothing, `_MALFORMED` for what is no credential."""
    match scheme:
        case ApiKey("header", name):
            value = presented.headers.get(name.lower().encode())
            return None if value is None else value.decode("latin-1")
        case ApiKey("query", name):
            return _only(presented.query.get(name))
        case ApiKey(_, name):
            return _only(presented.cookies.get(name))
        case Http(kind):
            header = presented.headers.get(b"authorization", b"").decode("latin-1")
            given, _, credential = header.partition(" ")
            if given.lower() != kind or not credential.strip():
                return None
            return _basic(credential) if kind == "basic" else credential.strip()
        case MutualTls():
            return presented.scope.get("extensions", {}).get("tls")


def _only(values: list[str] | None) -> Any:
    """Of several keys none is the caller's: proxies and services may not pick the same one."""
    if not values:
        return None
    return values[0] if len(values) == 1 else _MALFORMED


def _basic(credential: str) -> Any:
    try:
        text = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return _MALFORMED
    username, colon, password = text.partition(":")
    return BasicCredentials(username, password) if colon else _MALFORMED


def _challenge(scheme: Scheme, attributes: tuple[str, ...]) -> str:
    match scheme:
        case Http("bearer"):
            return " ".join(("Bearer", ", ".join(('realm="api"', *attributes))))
        case Http("basic"):
            return 'Basic realm="api", charset="UTF-8"'
        case Http(kind):
            return kind.capitalize()
        case ApiKey(location, name):
            return f"ApiKey in={_quoted(location)}, name={_quoted(name)}"
        case MutualTls():
            return "Mutual"


def _quoted(text: str) -> str:
    """A quoted string of a header; what could end it is left out, for it is a contract's text."""
    kept = (c for c in text if c.isascii() and c.isprintable() and c not in '"\\')
    return f'"{"".join(kept)}"'
