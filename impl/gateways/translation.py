"""From what went wrong on the way to what it means in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from typing import Any

from accord.downstream import (
    DownstreamError,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
)
from impl.domain.errors import Rejected, StoreError, TimedOut, Unavailable

Refusals = Mapping[str, Callable[[DownstreamRefused], StoreError]]
"""Domain errors by the `code` of a problem, or of one of its `errors`."""


@contextmanager
def translated(refusals: Refusals | None = None) -> Iterator[None]:
    """Raises domain errors in place of those of `accord.downstream`.

    A refusal that `refusals` does not list is `Rejected`: the store asked for what it should
    not have asked for.
    """
    try:
        yield
    except DownstreamTimeout as error:
        detail = f"The {error.service} service did not answer in time."
        raise TimedOut(detail, retry_after=_whole_seconds(error)) from error
    except DownstreamUnavailable as error:
        detail = f"The {error.service} service is not available."
        raise Unavailable(detail, retry_after=_whole_seconds(error)) from error
    except DownstreamRefused as refusal:
        raise _meaning(refusal, refusals or {}) from refusal


def errors_of(refusal: DownstreamRefused) -> list[Mapping[str, Any]]:
    """The problem's `errors`, as far as they have the form that contracts give them."""
    errors = refusal.problem.get("errors")
    return (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )


def _whole_seconds(error: DownstreamError) -> int | None:
    return None if error.retry_after is None else max(1, ceil(error.retry_after))


def _meaning(refusal: DownstreamRefused, refusals: Refusals) -> Exception:
    for code in (refusal.code, *(str(error.get("code")) for error in errors_of(refusal))):
        if code in refusals:
            return refusals[code](refusal)
    return Rejected(refusal.service, refusal.status, refusal.code)
