"""Requests that may be repeated without being carried out twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key that `principal` gave for `operation`: the keys of others never meet it."""

    principal: str
    operation: str
    key: str

    def saga(self, attempt: int) -> str:
        """The id of the saga that carries the request out: a hash of the three.

        A key may be used again after an attempt that came to nothing; each has an id of its own.
        """
        scope = repr((self.principal, self.operation, self.key)).encode()
        digest = hashlib.sha256(scope).hexdigest()[:40]
        return digest if attempt == 1 else f"{digest}.{attempt}"
