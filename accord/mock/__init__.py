"""A contract becomes a running server with no code written: `accord mock CONTRACT`, and
`Application(missing="mock")` for the operations that a project has not written yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.mock.faults import Faults, Latency
    from accord.mock.handlers import Mock

__all__ = ["Faults", "Latency", "Mock"]


def __getattr__(name: str) -> Any:
    # Not imported before it is asked for: `accord mock` looks into its cache first, and lets the
    # generator work while it imports what serves.
    if name == "Mock":
        from accord.mock.handlers import Mock

        return Mock
    if name in __all__:
        from accord.mock import faults

        return getattr(faults, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
