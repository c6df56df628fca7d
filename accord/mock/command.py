"""The `accord mock` command."""

from __future__ import annotations

import argparse

from accord.errors import UsageError
from accord.mock.builder import Builder
from accord.mock.cache import Cache, cache_folder
from accord.mock.faults import Faults, Latency, read_latency


def mock(arguments: argparse.Namespace) -> int:
    """Serves until it is stopped. Raises `AccordError` for arguments or a contract that are
    wrong."""
    faults = _faults(arguments)
    contract, folder = arguments.contract, cache_folder(arguments.cache)
    if not contract.is_file():
        raise UsageError(f"{contract} is no file: give the first file of a contract")
    cache, builder = Cache(folder), Builder(contract, folder)
    try:
        if cache.find(contract) is None:
            # The generator is at work while this process imports what serves.
            builder.start()
        from accord.mock.server import Options, serve

        serve(
            contract,
            cache,
            builder,
            Options(
                host=arguments.host,
                port=arguments.port,
                seed=arguments.seed,
                dynamic=arguments.dynamic,
                faults=faults,
                cors=not arguments.no_cors,
                verbose=arguments.verbose,
            ),
        )
    finally:
        builder.stop()
    return 0


def _faults(arguments: argparse.Namespace) -> Faults | None:
    if not 0 <= arguments.fail_rate <= 1:
        raise UsageError(f"--fail-rate {arguments.fail_rate} is no share: give 0 to 1")
    if not 400 <= arguments.fail_code <= 599:
        raise UsageError(f"--fail-code {arguments.fail_code} is no failure: give 400 to 599")
    latency = read_latency(arguments.latency) if arguments.latency else Latency()
    if not arguments.fail_rate and not latency.high:
        return None
    return Faults(arguments.fail_rate, arguments.fail_code, latency, arguments.seed)
