"""Requests that may be repeated without being carried out twice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key that `principal` gave for `operation`: the keys of others never meet it."""

    principal: str
    operation: str
    key: str
