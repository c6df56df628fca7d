"""What is frozen with a release beside its contract: the client package, and a recording of what
the application answers to it. The application is started twice, each time afresh."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from accord import spec
from accord.codegen.sdk.names import names_of
from accord.gates.application import EVERYTHING, Running, running
from accord.gates.fuzz.access import NOTHING
from accord.gates.operations import Operations
from accord.gates.project import commands, served, starts
from accord.gates.releases import RECORDING
from accord.gates.replay import recording, walk
from accord.gates.replay.packages import Package, build, install
from accord.gates.replay.play import play
from accord.gates.replay.recording import Recording
from accord.gates.replay.scenarios import Scenario, scenarios

STRANGER = "a-stranger"
"""A caller who may do everything, and has nothing."""
FORGED = "not.a.token"


def evidence(root: Path, name: str, version: str) -> Mapping[str, bytes]:
    """The files that are frozen with the release `version` of the served contract `name`, by name.
    Without a recording where the project does not say how its application is started.

    Raises `UsageError` where a package cannot be made, the application does not start, and as
    `recording.record` does.
    """
    contract = spec.read(served(root, name).path, name=name, base=root)
    names = names_of(contract)
    with tempfile.TemporaryDirectory(prefix="accord-release-") as folder:
        wheel = build(served(root, name).path, name, Path(folder, "wheel"))
        files = {wheel.name: wheel.read_bytes()}
        if starts(root):
            install(wheel, Path(folder, "installed"))
            package = Package(Path(folder, "installed"), names.package, names.service)
            chosen = [each for each in scenarios(root, name) if each.runs_with(version)]
            recorded = record(root, contract.document, package, chosen)
            files[f"{version}{RECORDING}"] = recorded.text().encode()
        return files


def record(
    root: Path, document: Mapping[str, Any], package: Package, chosen: Sequence[Scenario]
) -> Recording:
    """What the project's application answers to consumers with `package`, who do what is `chosen`,
    and to the contract's own requests. Raises as `evidence` does."""
    runs: list[recording.Run] = []
    operations = Operations(document)
    steps: tuple[walk.Step, ...] | None = None
    for _ in range(2):
        with running(root, commands(root)) as application:
            played = play(package, chosen, application.url, application.token)
            if steps is None:
                steps = walk.steps(document, application)
            callers = callers_of(application)
            walked = walk.walk(steps, application, callers)
            met = [exchange for each in played for exchange in each.exchanges]
            strange = walk.walk(walk.strangers(met, operations), application, callers)
            runs.append(recording.Run(played, walked, strange))
    return recording.record(*runs)


def callers_of(application: Running) -> walk.Callers:
    """The tokens of those who call the application in a walk, as far as they are to be had."""
    asked = {"nothing": (NOTHING, ""), "stranger": (STRANGER, EVERYTHING)}
    with ThreadPoolExecutor(len(asked)) as pool:
        tokens = pool.map(lambda each: application.issue(*each), asked.values())
        had = {caller: token for caller, token in zip(asked, tokens, strict=True) if token}
    return {"somebody": application.token, "nobody": None, "impostor": FORGED, **had}
