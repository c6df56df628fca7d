"""What Schemathesis, or the contract itself, has to say against an operation."""

from __future__ import annotations

from dataclasses import dataclass

UNSERVED = "unserved"
NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong with an operation, and all that is known of it. `check` is
    Schemathesis', or one of the above."""

    operation: str
    check: str
    text: str
