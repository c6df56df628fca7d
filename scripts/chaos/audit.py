"""Holds what customers were told against what really happened, whatever the store says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.chaos.shoppers import Wish
from scripts.rig.ledgers import Traces


@dataclass(slots=True)
class Verdict:
    """What is wrong, a line each.

    `lost`: what somebody was told did not happen. `doubled`: something happened twice, or though
    it was refused. `stuck`: an order is neither done nor undone. `untold`: somebody has still not
    been told. `compensated` counts the wishes for which something was undone.
    """

    wishes: int
    compensated: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.untold)


def audit(wishes: Sequence[Wish], orders: Mapping[str, Traces]) -> Verdict:
    """The verdict on `wishes`, with the traces of all orders by their ids."""
    verdict = Verdict(len(wishes))
    of_wish: defaultdict[str, list[tuple[str, Traces]]] = defaultdict(list)
    for order_id, traces in orders.items():
        of_wish[traces.payment_method].append((order_id, traces))
        if traces.doubled:
            verdict.doubled.append(f"order {order_id}: {', '.join(traces.doubled)}: {traces}")
        if not (traces.is_complete or traces.is_undone):
            verdict.stuck.append(f"order {order_id}: {traces}")
    for wish in wishes:
        mine = of_wish.get(wish.payment_method, [])
        complete = [order_id for order_id, traces in mine if traces.is_complete]
        if any(traces.states and traces.is_undone for _, traces in mine):
            verdict.compensated += 1
        _judge(wish, complete, orders, verdict)
    return verdict


def _judge(
    wish: Wish, complete: Sequence[str], orders: Mapping[str, Traces], verdict: Verdict
) -> None:
    what = f"wish {wish.key} ({wish.kind}), told {wish.told!r} of {wish.order_id or 'no order'}"
    match wish.told:
        case "confirmed":
            if complete != [wish.order_id]:
                (verdict.lost if not complete else verdict.doubled).append(
                    f"{what}: complete are {complete}"
                )
        case "cancelled" | "failed":
            traces = orders.get(wish.order_id)
            if traces is None or not traces.is_undone:
                verdict.lost.append(f"{what}: {traces}")
            if complete:
                verdict.doubled.append(f"{what}: complete are {complete}")
        case "" | "pending" | "parked":
            verdict.untold.append(f"{what}: answers {wish.answers[-5:]}")
        case _:
            if complete:
                verdict.doubled.append(f"{what}: complete are {complete}")
