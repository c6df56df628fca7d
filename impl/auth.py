"""Bearer tokens: who is calling, and what they may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt

from accord.runtime import Principal

ALGORITHM = "HS256"
_LONGEST_SUBJECT = 255


class Tokens:
    """JSON Web Tokens of one issuer for one audience, signed with a shared key.

    `leeway` is how far the issuer's clock may be off, in seconds.
    """

    def __init__(self, *, key: str, issuer: str, audience: str, leeway: float = 0) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._leeway = leeway

    async def verify(self, credential: str) -> Principal | None:
        """The principal of a token; None where it is expired, forged, or not meant for us."""
        try:
            claims = jwt.decode(
                credential,
                self._key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.InvalidTokenError:
            return None
        subject, scope = claims["sub"], claims.get("scope", "")
        if not isinstance(scope, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            return None
        return Principal(subject, frozenset(scope.split()), claims)

    def issue(self, subject: str, scopes: list[str], *, lifetime: timedelta) -> str:
        """A token, for development and tests."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)
