"""`python -m impl.fakes --state DIR`: serves until it is told to stop (SIGINT or SIGTERM).

Prints one line when they answer: their addresses by name, as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from impl.fakes.faults import Plan, WrongFaults, given_plan
from impl.fakes.servers import SERVICES, running


async def serve(given: argparse.Namespace, plan: Plan) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(
        given.state,
        api_key=given.api_key,
        port_base=given.port_base,
        plan=plan,
        services=given.service or tuple(SERVICES),
        ignore_keys=given.ignore_keys,
    ) as fakes:
        print(json.dumps(dict(fakes)), flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m impl.fakes", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="the folder of the ledgers")
    parser.add_argument("--port-base", type=int, help="the first of six ports; default: free ones")
    parser.add_argument("--api-key", default="development", help="what callers have to send")
    parser.add_argument(
        "--faults",
        metavar="FILE|JSON",
        default="[]",
        help="what goes wrong, as impl/fakes/faults.py says; told anew at /_faults of any port",
    )
    parser.add_argument(
        "--service",
        action="append",
        choices=tuple(SERVICES),
        help="one of the six alone; may be repeated; default: all",
    )
    parser.add_argument(
        "--ignore-keys",
        action="store_true",
        help="do again what is asked again with the same Idempotency-Key",
    )
    given = parser.parse_args()
    try:
        plan = given_plan(given.faults)
        asyncio.run(serve(given, plan))
    except WrongFaults as error:
        parser.error(f"--faults: {error}")


if __name__ == "__main__":
    main()
