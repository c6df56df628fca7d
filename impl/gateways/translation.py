"""From what went wrong on the way to what it means in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accord.downstream import DownstreamRefused, DownstreamTimeout, DownstreamUnavailable
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
        raise TimedOut(f"The {error.service} service did not answer in time.") from error
    except DownstreamUnavailable as error:
        raise Unavailable(f"The {error.service} service is not available.") from error
    except DownstreamRefused as refusal:
        raise _meaning(refusal, refusals or {}) from refusal


def errors_of(refusal: DownstreamRefused) -> list[Mapping[str, Any]]:
    """The problem's `errors`, as far as they have the form that contracts give them."""
    errors = refusal.problem.get("errors")
    return (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )


def _meaning(refusal: DownstreamRefused, refusals: Refusals) -> Exception:
    for code in (refusal.code, *(str(error.get("code")) for error in errors_of(refusal))):
        if code in refusals:
            return refusals[code](refusal)
    return Rejected(refusal.service, refusal.status, refusal.code)
