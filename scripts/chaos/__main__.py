"""Three replicas of the store under load, while everything around them is killed and broken.

A rolling restart first, then a service that hangs, then chaos: a seeded schedule of faults, and
customers who go on asking with the same key. In the end what they were told is held against the
ledgers of the services; what the store itself says does not count. Writes build/chaos.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts.chaos.audit import Verdict, audit
from scripts.chaos.city import City, city
from scripts.chaos.faults import KINDS, Chaos
from scripts.chaos.shoppers import Shoppers
from scripts.chaos.trials import Hung, Rolled, hanging_service, rolling_restart
from scripts.rig import ledgers
from scripts.rig.programs import ROOT

RATE = 5.5
MINUTES = 10.0
SETTLING_S = 90.0


@dataclass(frozen=True, slots=True)
class Storm:
    """What came of chaos: the verdict, what struck, and how many parked orders were resumed."""

    verdict: Verdict
    chaos: Chaos
    seconds: float
    resumed: int


async def storm(
    built: City, *, seconds: float, kinds: tuple[str, ...], pause: float, rate: float, seed: int
) -> Storm:
    """Chaos under load, until everybody has been told and nothing is under way any more."""
    shoppers = Shoppers(
        built.url, built.token, built.item_id, rate=rate, chance=random.Random(f"{seed}:shoppers")
    )
    chaos = Chaos(built, random.Random(f"{seed}:chaos"))
    began = time.monotonic()
    coming = asyncio.create_task(shoppers.come(lambda: time.monotonic() < began + seconds))
    await asyncio.sleep(2)
    await chaos.reign(seconds - 4, kinds, pause=pause)
    await coming
    loaded = time.monotonic() - began
    await shoppers.leave()
    verdict = audit(shoppers.wishes, ledgers.read(built.fakes.state))
    give_up = time.monotonic() + SETTLING_S
    # What is doubled does not settle any more.
    while verdict.stuck and not verdict.doubled and time.monotonic() < give_up:
        await asyncio.sleep(1)
        verdict = audit(shoppers.wishes, ledgers.read(built.fakes.state))
    return Storm(verdict, chaos, loaded, built.resumed)


async def run(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The three trials; gives the report."""
    chance = random.Random(given.seed)
    async with city(folder, ignore_keys=given.ignore_keys) as built:
        print("a rolling restart …", flush=True)
        rolled = await rolling_restart(built, rate=RATE, chance=chance)
        print(f"  {rolled.requests} requests, {len(rolled.failed)} failed", flush=True)
        print("a service that hangs …", flush=True)
        hung = await hanging_service(built, seconds=15, rate=RATE, chance=chance)
        print(f"  {hung}", flush=True)
        minutes = given.minutes
        print(f"chaos for {minutes:g} minutes, seed {given.seed} …", flush=True)
        stormed = await storm(
            built,
            seconds=minutes * 60,
            kinds=KINDS,
            pause=10.0,
            rate=RATE,
            seed=given.seed,
        )
    return _report(given, rolled, hung, stormed)


def _report(
    given: argparse.Namespace, rolled: Rolled, hung: Hung, stormed: Storm
) -> dict[str, Any]:
    verdict, chaos = stormed.verdict, stormed.chaos
    hits = chaos.hits()
    share = round(verdict.compensated / max(1, verdict.wishes), 3)
    allowed = max(2 * hung.undisturbed_p99, hung.undisturbed_p99 + 0.020)
    attempts = round(hung.attempts / max(1, hung.calls), 3)
    whole = given.minutes >= MINUTES
    targets = [
        _at_most("rolling restart: failed requests", len(rolled.failed), 0),
        _at_most("hanging service: seconds past the deadline", round(hung.late, 3), 0.1),
        _at_most("hanging service: p99 of reads (s)", round(hung.p99, 4), round(allowed, 4)),
        _at_most("hanging service: reads that failed", hung.failed_reads, 0),
        _at_least("hanging service: breaker opens, closes", int(hung.opened and hung.closed), 1),
        _at_most("hanging service: attempts a call", attempts, 1.2),
        _at_least("chaos: orders", verdict.wishes, 3000 if whole else 1),
        _at_least("chaos: orders a second", round(verdict.wishes / stormed.seconds, 2), 5),
        _at_least("chaos: share that was compensated", share, 0.25),
        _at_least("chaos: faults", len(chaos.struck), 20 if whole else 1),
        _at_least(
            "chaos: fewest hits of a kind on sagas under way",
            min(hits[kind] for kind in KINDS),
            2 if whole else 0,
        ),
        _at_most("chaos: lost", len(verdict.lost), 0),
        _at_most("chaos: doubled", len(verdict.doubled), 0),
        _at_most("chaos: stuck", len(verdict.stuck), 0),
        _at_most("chaos: not told", len(verdict.untold), 0),
    ]
    return {
        "met": all(target["met"] for target in targets),
        "targets": targets,
        "seed": given.seed,
        "parked_and_resumed": stormed.resumed,
        "hits": dict(hits),
        "struck": [asdict(each) for each in chaos.struck],
        "rolled": asdict(rolled),
        "hung": asdict(hung),
        "verdict": asdict(verdict),
    }


def _at_most(name: str, value: float, target: float) -> dict[str, Any]:
    return {"name": name, "value": value, "target": target, "met": value <= target}


def _at_least(name: str, value: float, target: float) -> dict[str, Any]:
    return {"name": name, "value": value, "target": target, "met": value >= target}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of chaos: %(default)g")
    parser.add_argument("--seed", type=int, default=7, help="of the schedule: %(default)s")
    parser.add_argument("--short", action="store_true", help="one minute")
    parser.add_argument(
        "--ignore-keys",
        action="store_true",
        help="the services ignore idempotency keys: the audit must fail",
    )
    given = parser.parse_args()
    if given.short:
        given.minutes = 1.0
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        report = asyncio.run(run(given, Path(folder)))
    print()
    for target in report["targets"]:
        mark = "" if target["met"] else "  MISSED"
        print(f"{target['name']:<48} {target['value']:>9}  (target {target['target']}){mark}")
    print(f"\nparked orders that were resumed: {report['parked_and_resumed']}")
    print("\n".join(f"{hits:>4} × {kind}" for kind, hits in sorted(report["hits"].items())))
    for line in [line for kind in ("lost", "doubled", "stuck", "untold")
                 for line in report["verdict"][kind]][:20]:  # fmt: skip
        print(line)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "chaos.json").write_text(json.dumps(report, indent=2) + "\n")
    return 0 if report["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
