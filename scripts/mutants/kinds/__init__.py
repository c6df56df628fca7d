"""Every kind of change, each beside its label and the reason for it; importing this fills
`mutants.KINDS`."""

from scripts.mutants.kinds import (
    constraints,
    messages,
    names,
    objects,
    operations,
    promises,
    rewordings,
    security,
    unions,
)

__all__ = [
    "constraints",
    "messages",
    "names",
    "objects",
    "operations",
    "promises",
    "rewordings",
    "security",
    "unions",
]
