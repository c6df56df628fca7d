"""From what a generated client parsed to the value that a gateway wants."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, TypeVar

import httpx

from accord.downstream import log
from accord.downstream.errors import DownstreamUnavailable

T = TypeVar("T")


async def expect(service: str, kind: type[T], call: Awaitable[object]) -> T:
    """What `call`, a generated client's coroutine, returns, if it is a `kind`.

    A success without the body that the contract promises, or with one that does not parse, is
    DownstreamUnavailable: the service may have done its work all the same.
    """
    try:
        parsed = await call
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Generated parsers convert and look up without checking first.
        raise _garbage(service, f"is not what the contract says: {error!r:.200}") from error
    if not isinstance(parsed, kind):
        raise _garbage(service, f"is {type(parsed).__name__}, not {kind.__name__}")
    return parsed


class _Answered(Protocol):
    @property
    def status_code(self) -> int: ...


async def expect_empty(service: str, call: Awaitable[_Answered]) -> None:
    """Returns when `call`, a generated client's detailed coroutine, was answered 204.

    Any other success is DownstreamUnavailable: who answers 200 to what promises no body may have
    done nothing.
    """
    answered = await call
    if answered.status_code != httpx.codes.NO_CONTENT:
        raise _garbage(service, f"is {int(answered.status_code)}, not 204")


def _garbage(service: str, fault: str) -> DownstreamUnavailable:
    error = DownstreamUnavailable(service, f"its reply {fault}", reason="garbage", sent=True)
    log.call_failed(error)
    return error
