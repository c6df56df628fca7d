"""What every success of version 1 says of its end, from the contract's `x-accord-…` members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypedDict
from uuid import UUID

from accord.runtime.declare import Operation
from generated.store.v1.routes import CONTRACT


class Headers(TypedDict):
    """Reply fields that every deprecated operation has."""

    deprecation: str
    sunset: str
    link: str


@dataclass(frozen=True, slots=True)
class Deprecation:
    """When an operation was deprecated (RFC 9745), when it ends (RFC 8594), and the template of
    the path that takes its place."""

    deprecation: str
    sunset: str
    successor: str

    def headers(self, **path: UUID) -> Headers:
        """The header fields of one reply; `path` fills the successor's template."""
        return {
            "deprecation": self.deprecation,
            "sunset": self.sunset,
            "link": f'<{self.successor.format(**path)}>; rel="successor-version"',
        }


def _read(operation: Operation) -> Deprecation:
    said: Mapping[str, Any] = operation.extensions
    return Deprecation(
        deprecation=f"@{_midnight(said['x-accord-deprecated']).timestamp():.0f}",
        sunset=format_datetime(_midnight(said["x-accord-sunset"]), usegmt=True),
        successor=said["x-accord-successor"],
    )


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


DEPRECATIONS: Mapping[str, Deprecation] = {
    operation.handler: _read(operation) for operation in CONTRACT.operations
}
"""By the name of the handler's method."""
