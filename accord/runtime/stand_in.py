"""Who answers operations that nobody handles yet.

The one that comes with accord is `accord.mock`. It carries the generator, so it is an extra, and
nothing that serves knows it but by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Protocol

from starlette.types import ASGIApp

from accord.errors import UsageError
from accord.runtime.declare import Contract

_MOCK = "accord.mock"


class StandIn(Protocol):
    """Gives an application the handlers that it lacks."""

    def handlers(self, declared: Contract) -> Mapping[str, object]:
        """An object for each tag, with a method for each of its operations."""
        ...

    def install(self, app: Any) -> None:
        """Adds to the application what the handlers need: exception handlers, for one."""
        ...

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Wraps what dispatches requests; the innermost of the application's middlewares."""
        ...


def stand_in(missing: str | StandIn) -> StandIn | None:
    """Who stands in under the `missing` of an application; None for nobody.

    Raises `UsageError` where the mock is asked for and not installed.
    """
    if missing in ("refuse", "501"):
        return None
    if not isinstance(missing, str):
        return missing
    if missing != "mock":
        raise UsageError(
            f'missing={missing!r}: give "refuse", "501", "mock" or an accord.mock.Mock'
        )
    try:
        mock: Any = importlib.import_module(_MOCK)
        made: StandIn = mock.Mock()
    except ModuleNotFoundError as error:
        raise UsageError(
            f'missing="mock" needs {error.name}, which is not installed: pip install'
            " 'accord[mock]'. An image for production has no mock: write the handlers, or start"
            ' with missing="501"'
        ) from error
    return made
