"""Our own rules for changes to contracts: one law, applied with direction.

What a request may be can only grow; what a reply may be can only shrink. What a service sends on
its own (webhooks, callbacks) is read like a reply, and what it is answered like a request.

    document     a version of a contract, bundled, every place known
    same         which parts of two versions are the same, and need no look
    shape(s)     what a schema says, whatever words it says it in
    demands      properties that need others, however that is said
    schemas      the law for schemas: with scalars, arrays, objects, unions, discriminators
    fields       parameters and headers
    messages     bodies by media type, replies by status; encodings: parts of forms
    security, servers, links     where the law has to be told what more and less are
    operation(s) whole contracts
    verdict      a broken promise

Only what operations reach is looked at: what nobody uses breaks nobody.
"""

from __future__ import annotations

from accord.gates.law.document import Document
from accord.gates.law.operations import Contracts
from accord.gates.law.verdict import Axis, Break, Way, unique

__all__ = ["Axis", "Break", "Document", "Way", "compare"]


def compare(old: Document, new: Document, *, with_suspected: bool = False) -> tuple[Break, ...]:
    """What in `new` breaks callers of `old`, each once, in the old contract's order; with what may
    do so, if that is asked for: a message has to show it."""
    found = unique(Contracts(old, new).breaks())
    return found if with_suspected else tuple(each for each in found if not each.is_suspected)
