"""Customers who want an order each, and ask until they are told what became of it.

What they want and what they were told is half of the audit's truth; the other half is in the
ledgers of the services.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

Kind = Literal["plain", "async", "cancelled", "undeliverable", "declined"]
_KINDS: dict[Kind, int] = {
    "plain": 40, "async": 10, "cancelled": 15, "undeliverable": 30, "declined": 5,
}  # fmt: skip
_DEADLINE_MS = "8000"
_PATIENCE = 150.0
_FINAL = frozenset({402, 422})


@dataclass(slots=True)
class Wish:
    """An order that somebody wants, with the key it is asked for with. `told` is the status of the
    order, or the code of the refusal, as the store answered last; empty: nothing final yet."""

    key: str
    kind: Kind
    order_id: str = ""
    told: str = ""
    answers: list[str] = field(default_factory=list)

    @property
    def payment_method(self) -> str:
        return f"pm_declined{self.key[:14]}" if self.kind == "declined" else f"pm_{self.key[:20]}"


class Shoppers:
    """`rate` wishes a second, through the balancer at `url`."""

    def __init__(
        self, url: str, token: str, item_id: str, *, rate: float, chance: random.Random
    ) -> None:
        self.wishes: list[Wish] = []
        self.asking = 0
        self._url = url
        self._item_id = item_id
        self._rate = rate
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"authorization": f"Bearer {token}", "x-request-deadline-ms": _DEADLINE_MS},
            timeout=10,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def come(self, goes_on: Callable[[], bool]) -> None:
        """Come at a steady rate, whatever becomes of those who came before."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while goes_on():
            wish = Wish(
                f"{self._chance.getrandbits(128):032x}",
                self._chance.choices(list(_KINDS), list(_KINDS.values()))[0],
            )
            self.wishes.append(wish)
            task = asyncio.create_task(self._shop(wish))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            due += 1 / self._rate
            await asyncio.sleep(max(0, due - loop.time()))

    async def leave(self) -> None:
        """Wait until everybody has been told, or has lost patience."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._client.aclose()

    async def _shop(self, wish: Wish) -> None:
        self.asking += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                if wish.kind == "async":
                    await self._ask(wish, {"prefer": "respond-async"})
                while not wish.told:
                    await self._ask(wish, {})
                if wish.kind == "cancelled" and wish.told == "confirmed":
                    wish.told = ""
                    while not wish.told:
                        await self._cancel(wish)
                if wish.told == "parked":
                    await self._follow(wish)
        except TimeoutError:
            wish.answers.append("lost patience")
        finally:
            self.asking -= 1

    async def _ask(self, wish: Wish, headers: dict[str, str]) -> None:
        reply = await self._send(
            wish,
            "POST",
            "/v2/orders",
            headers={"idempotency-key": wish.key, **headers},
            json=_body(wish, self._item_id),
        )
        if reply is None:
            return
        if reply.status_code == 201:
            wish.order_id, wish.told = reply.json()["id"], reply.json()["status"]
        elif reply.status_code in _FINAL:
            wish.told = reply.json()["code"]

    async def _cancel(self, wish: Wish) -> None:
        reply = await self._send(wish, "PUT", f"/v2/orders/{wish.order_id}/cancellation")
        if reply is not None and reply.status_code == 200:
            wish.told = reply.json()["status"]
        elif reply is not None and reply.status_code == 202:
            await asyncio.sleep(0.5)

    async def _follow(self, wish: Wish) -> None:
        """Read a parked order until somebody has looked after it."""
        while wish.told in ("parked", "pending"):
            await asyncio.sleep(1)
            reply = await self._send(wish, "GET", f"/v2/orders/{wish.order_id}")
            if reply is not None and reply.status_code == 200:
                wish.told = reply.json()["status"]

    async def _send(
        self, wish: Wish, method: str, path: str, **options: Any
    ) -> httpx.Response | None:
        """The answer; None where it says that the same is to be asked again, after a pause."""
        pause = self._chance.uniform(0.2, 1.0)
        try:
            reply = await self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            wish.answers.append(type(error).__name__)
        else:
            again = reply.status_code >= 500 or reply.status_code in (409, 429)
            code = reply.json().get("code", "") if again else ""
            wish.answers.append(f"{reply.status_code} {code}".rstrip())
            if not again:
                return reply
            pause += min(3.0, float(reply.headers.get("retry-after", 0)))
        await asyncio.sleep(pause)
        return None

    @staticmethod
    def body_of(key: str, item_id: str) -> dict[str, Any]:
        """An order that can be had."""
        return _body(Wish(key, "plain"), item_id)


def _body(wish: Wish, item_id: str) -> dict[str, Any]:
    return {
        "customer_id": "cus_8f3k2m9q1z",
        "payment_method_id": wish.payment_method,
        "lines": [{"item_id": item_id, "quantity": 1}],
        "shipping_address": {
            "recipient": "Ada Lovelace",
            "line1": "Marktgasse 12",
            "postal_code": "3011",
            "city": "Bern",
            # No carrier goes there: everything that was done before is undone.
            "country": "AQ" if wish.kind == "undeliverable" else "CH",
        },
    }
