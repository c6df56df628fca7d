"""What is answered otherwise than it was recorded, one finding for each thing that changed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.gates.finding import Finding, Place
from accord.gates.operations import Operations
from accord.gates.replay.play import Exchange
from accord.gates.replay.recording import Recorded
from accord.gates.replay.shapes import Twins, differences, skeleton

GATE = "replay"
RULE = "replay-difference"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """`pointer` is into the exchange; `step` counts from 1."""

    part: str
    step: int
    request: Mapping[str, Any]
    pointer: str
    was: Any
    now: Any


def compared(recorded: Recorded, exchanges: Sequence[Exchange]) -> Iterator[Difference]:
    """What of a scenario or of the walk is otherwise, in order. Where a scenario asks otherwise
    than it did, because of what it was answered, the rest of it is not compared."""
    twins = Twins()
    for number, (was, loose) in enumerate(
        zip(recorded.exchanges, recorded.loose, strict=True), start=1
    ):
        request = was["request"]
        if number > len(exchanges):
            yield Difference(recorded.name, number, request, "", "is asked", "is not asked now")
            return
        now = exchanges[number - 1]
        asked = list(differences(request, now["request"], _below("/request", loose), twins))
        if asked:
            pointer, one, other = asked[0]
            yield Difference(recorded.name, number, request, f"/request{pointer}", one, other)
            return
        if was["reply"]["status"] != now["reply"]["status"]:
            # All else is of another kind of reply, and told by this.
            one, other = (_reply(each["reply"]) for each in (was, now))
            yield Difference(recorded.name, number, request, "/reply/status", one, other)
            continue
        for pointer, one, other in differences(
            was["reply"], now["reply"], _below("/reply", loose), twins
        ):
            yield Difference(recorded.name, number, request, f"/reply{pointer}", one, other)


def findings(
    found: Sequence[Difference],
    release: str,
    file: str,
    contract: Place,
    operations: Operations,
    repeat: str,
) -> Iterator[Finding]:
    """One for each thing that changed: what many replies of an operation show is told once."""
    groups: dict[tuple[str, ...], list[Difference]] = {}
    for each in found:
        operation = operations.of(each.request["method"], each.request["target"])
        where = re.sub(r"/\d+(?=/|$)", "/*", each.pointer)
        key = (operation, where, _shape(each.was), _shape(each.now))
        groups.setdefault(key, []).append(each)
    for (operation, where, was, now), group in groups.items():
        first = group[0]
        more = f" (and in {len(group) - 1} more places)" if len(group) > 1 else ""
        asked = f"{first.request['method']} {first.request['target']}"
        what = (
            f"answered otherwise than {release} did, in {first.part}, step {first.step}{more}\n"
            f"  request: {asked}{_sent(first.request)}\n"
            f"  at: {first.pointer}\n"
            f"  was: {_text(first.was)}\n  is: {_text(first.now)}\n  repeat: {repeat}"
        )
        yield Finding(
            GATE,
            RULE,
            "error",
            what,
            Place(file),
            operation,
            was=contract,
            subject=where,
            base=digest_of(was),
            revision=digest_of(now),
        )


def _below(pointer: str, loose: Mapping[str, Any]) -> dict[str, Any]:
    return {
        at.removeprefix(pointer): level for at, level in loose.items() if at.startswith(pointer)
    }


def _reply(reply: Mapping[str, Any]) -> str:
    body = reply["body"]
    return f"{reply['status']}" + ("" if body is None else f" {_text(next(iter(body.values())))}")


def _shape(value: Any) -> str:
    return skeleton(json.dumps(value, sort_keys=True, ensure_ascii=False))


def digest_of(text: str) -> str:
    """A digest as approvals name it."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _sent(request: Mapping[str, Any]) -> str:
    headers = "".join(f" [{name}: {value}]" for name, value in request["headers"].items())
    body = request["body"]
    caller = request.get("caller", "somebody")
    as_ = "" if caller == "somebody" else f" as {caller}"
    return headers + as_ + ("" if body is None else f" {_text(next(iter(body.values())))}")


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
