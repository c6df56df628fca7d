"""Bearer tokens: who is calling, and what they may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from accord.runtime import Principal
from impl.keys import ALGORITHMS, PublishedKeys
from impl.settings import Settings

SCOPES = ["items:read", "items:write", "orders:read", "orders:write", "orders:operate"]
EVERYTHING = "all"
SHARED = "HS256"
_DEVELOPMENT_LIFETIME = timedelta(hours=12)
_LONGEST_SUBJECT = 255


class Tokens:
    """JSON Web Tokens of one issuer for one audience.

    They are signed with the shared `key` (HS256), or with one of the `published` keys; which
    algorithm goes with which key is decided here, never by the token. `leeway` is how far the
    issuer's clock may be off, in seconds.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        key: str | None = None,
        published: PublishedKeys | None = None,
        leeway: float = 0,
    ) -> None:
        self._key = key
        self._published = published
        self._issuer = issuer
        self._audience = audience
        self._leeway = leeway

    async def verify(self, credential: str) -> Principal | None:
        """The principal of a token; None where it is expired, forged, or not meant for us."""
        try:
            header = jwt.get_unverified_header(credential)
            algorithm = header.get("alg")
            if not isinstance(algorithm, str):
                return None
            key = await self._key_for(algorithm, header.get("kid"))
            if key is None:
                return None
            claims: dict[str, Any] = jwt.decode(
                credential,
                key,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.InvalidTokenError, jwt.InvalidKeyError):
            return None
        subject, scope = claims["sub"], claims.get("scope", "")
        if not isinstance(scope, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            return None
        # What no database takes for text.
        if "\0" in subject or any("\ud800" <= each <= "\udfff" for each in subject):
            return None
        return Principal(subject, frozenset(scope.split()), claims)

    async def _key_for(self, algorithm: str, kid: str | None) -> str | jwt.PyJWK | None:
        if algorithm == SHARED:
            return self._key
        if algorithm not in ALGORITHMS or self._published is None:
            return None
        found = await self._published.find(kid)
        return found if found is not None and found.algorithm_name == algorithm else None

    def issue(self, subject: str, scopes: list[str], *, lifetime: timedelta) -> str:
        """A token signed with the shared key, for development and tests."""
        if self._key is None:
            raise ValueError("there is no shared key to sign a token with")
        now = datetime.now(UTC)
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._key, algorithm=SHARED)


def tokens_of(settings: Settings) -> Tokens:
    """What checks bearer tokens, and in development issues them."""
    shared = settings.token_key is not None or settings.development
    return Tokens(
        key=settings.key("token_key") if shared else None,
        published=PublishedKeys(settings.token_keys) if settings.token_keys else None,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        leeway=settings.token_leeway,
    )


def development_token(settings: Settings, caller: str = "ada", scopes: str = EVERYTHING) -> str:
    """A token for `caller`; `scopes` has blanks between them, and `all` is every one."""
    granted = SCOPES if scopes == EVERYTHING else scopes.split()
    return tokens_of(settings).issue(caller, granted, lifetime=_DEVELOPMENT_LIFETIME)
