"""Every kind of change, each beside its label and the reason for it; importing this fills
`mutants.KINDS`."""

from scripts.mutants.kinds import (
    access,
    addresses,
    components,
    constraints,
    events,
    messages,
    names,
    objects,
    operations,
    parameters,
    promises,
    ranges,
    relations,
    rewordings,
    security,
    serialisation,
    unions,
    visibility,
)

__all__ = [
    "access",
    "addresses",
    "components",
    "constraints",
    "events",
    "messages",
    "names",
    "objects",
    "operations",
    "parameters",
    "promises",
    "ranges",
    "relations",
    "rewordings",
    "security",
    "serialisation",
    "unions",
    "visibility",
]
