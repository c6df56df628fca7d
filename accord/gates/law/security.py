"""The law for security: who could call before can call after, in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.verdict import Break
from accord.spec.pointers import join

Requirements = tuple[tuple[Mapping[str, tuple[str, ...]], ...], str]
"""Alternatives of schemes with scopes, and where they are written."""
_SCHEMES = "/components/securitySchemes"
_SAYINGS = {
    "in": "the place of the key",
    "name": "the name of the key",
    "bearerFormat": "the format of tokens",
    "openIdConnectUrl": "the URL of OpenID Connect",
    "scheme": "the HTTP scheme",
}
_FLOW_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


class Security:
    """Compares the security of operations, and the schemes that they use."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._schemes: dict[tuple[str, str], tuple[Break, ...]] = {}

    def compare(self, old: str, new: str) -> Iterator[Break]:
        """What breaks for callers of the operations at two pointers."""
        before, at = _requirements(self._old, old)
        after, to = _requirements(self._new, new)
        for alternative in before or ({},):
            verdicts = [self._enough(alternative, other, at, to) for other in after or ({},)]
            if all(verdicts):
                yield from min(verdicts, key=lambda breaks: (_severity(breaks), len(breaks)))

    def _enough(
        self,
        have: Mapping[str, tuple[str, ...]],
        need: Mapping[str, tuple[str, ...]],
        at: str,
        to: str,
    ) -> tuple[Break, ...]:
        """Why what satisfied `have` does not satisfy `need`; nothing where it does."""
        found: list[Break] = []
        for name, scopes in need.items():
            partner = name if name in have else self._twin(name, have)
            if partner is None:
                said = (
                    f"{name!r} is needed now, beside {' and '.join(map(repr, have))}"
                    if have
                    else f"{name!r} is needed now: calls without it were valid"
                )
                found.append(Break("security", "wire", said, at or None, to or None))
                continue
            found += self._scheme(partner, name)
            more = [scope for scope in scopes if scope not in have[partner]]
            if more:
                said = f"the scope {' and '.join(map(repr, more))} is needed now for {name!r}"
                found.append(Break("security-scope", "wire", said, at or None, to or None))
        return tuple(found)

    def _twin(self, name: str, have: Mapping[str, tuple[str, ...]]) -> str | None:
        """A scheme under another name that is the same: names are the contract's own."""
        for other in have:
            gone = not self._new.has(join(_SCHEMES, other))
            if gone and not self._scheme(other, name):
                return other
        return None

    def _scheme(self, old: str, new: str) -> tuple[Break, ...]:
        if (old, new) not in self._schemes:
            at, before = self._old.follow(join(_SCHEMES, old))
            to, after = self._new.follow(join(_SCHEMES, new))
            trail = f"security scheme `{new}`"
            self._schemes[old, new] = tuple(
                Break("security-scheme", "wire", said, at, to, trail)
                for said in _differences(before, after)
            )
        return self._schemes[old, new]


def is_about_scheme(found: Break) -> bool:
    """Whether a break is one of a scheme, and so of every operation that uses it."""
    return found.rule == "security-scheme"


def _severity(breaks: tuple[Break, ...]) -> int:
    """Scopes and schemes that changed are said rather than another alternative."""
    order = {"security-scope": 0, "security-scheme": 1, "security": 2}
    return max(order[each.rule] for each in breaks)


def _requirements(document: Document, operation: str) -> Requirements:
    own = document.find(operation).get("security")
    written = document.data.get("security") if own is None else own
    pointer = "/security" if own is None else join(operation, "security")
    alternatives = tuple(
        {name: tuple(scopes or ()) for name, scopes in alternative.items()}
        for alternative in written or ()
    )
    return alternatives, pointer


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"it was of type {old.get('type')!r} and is of {new.get('type')!r}"
        return
    for key, saying in _SAYINGS.items():
        before, after = old.get(key), new.get(key)
        if key == "scheme":
            before, after = str(before).lower(), str(after).lower()
        if key == "name" and old.get("in") == new.get("in") == "header":
            # HTTP does not tell the names of headers apart by case.
            before, after = str(before).lower(), str(after).lower()
        if key == "bearerFormat" and before is None:
            # It was a hint that nobody had; what tokens look like was nobody's promise.
            continue
        if before != after:
            yield f"{saying} was {before!r} and is {after!r}"
    flows = new.get("flows") or {}
    for name, flow in (old.get("flows") or {}).items():
        if name not in flows:
            yield f"the flow {name!r} is gone"
            continue
        for key in _FLOW_URLS:
            if flow.get(key) != flows[name].get(key) and flow.get(key) is not None:
                yield f"`{key}` of {name!r} was {flow.get(key)!r} and is {flows[name].get(key)!r}"
        for scope in flow.get("scopes") or ():
            if scope not in (flows[name].get("scopes") or {}):
                yield f"the scope {scope!r} of {name!r} is gone"
