"""What the search says about a break."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

Message = dict[str, Any]
_MOST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Witness:
    """A message that shows a break, as the independent validator confirms: the version `taken_by`
    (`old` or `new`) takes it, and the other one refuses it with `refusal`.

    `reading`: `open` as JSON Schema reads the contracts; `told` where names that a contract does
    not tell of are refused; `text` where the same value is written differently. `message` is
    described in `messages`; `status` is set for replies.
    """

    operation: str
    method: str
    path: str
    way: str
    reading: str
    taken_by: str
    status: str | None
    message: Message
    refusal: str

    @property
    def sentence(self) -> str:
        """What the message is."""
        if self.way == "request":
            return "valid before, refused now"
        if self.taken_by == "old":
            return "promised before, never comes now"
        return "possible now, excluded before"

    def as_json(self) -> dict[str, Any]:
        """The witness as plain JSON values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The witness as the page shows it."""
        shown = json.dumps(self.message, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
        what = f"{self.way} {self.status or ''}".strip()
        return [f"{what} {shown}", f"{self.sentence}: {self.refusal}"]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Proof that no message shows the break: `why`."""

    why: str


@dataclass(frozen=True, slots=True)
class Unprovable:
    """Nothing was found, and nothing is proved: `why`."""

    why: str


Verdict = Witness | Withdrawn | Unprovable
