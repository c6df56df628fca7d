"""`python -m impl.fakes --state DIR`: serves until it is told to stop (SIGINT or SIGTERM).

Prints one line when all six answer: their addresses by name, as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from impl.fakes.servers import running


async def serve(state: Path, api_key: str, port_base: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(state, api_key=api_key, port_base=port_base) as addresses:
        print(json.dumps(addresses), flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m impl.fakes", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="the folder of the ledgers")
    parser.add_argument("--port-base", type=int, help="the first of six ports; default: free ones")
    parser.add_argument("--api-key", default="development", help="what callers have to send")
    given = parser.parse_args()
    asyncio.run(serve(given.state, given.api_key, given.port_base))


if __name__ == "__main__":
    main()
