"""The replay of a project: every supported release, its package, its recording, its contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import UsageError
from accord.gates.application import EVERYTHING, Running, running
from accord.gates.finding import Finding, Place
from accord.gates.fuzz.run import SEED
from accord.gates.operations import Operations
from accord.gates.project import commands, fuzz_settings, served
from accord.gates.releases import Release, supported
from accord.gates.replay import promises, recording, walk
from accord.gates.replay.differences import GATE, Difference, compared, digest_of, findings
from accord.gates.replay.freezing import callers_of
from accord.gates.replay.outcome import PARTS, Replayed
from accord.gates.replay.packages import installed
from accord.gates.replay.play import Exchange, Played, play
from accord.gates.replay.recording import STRANGERS, WALK, Recording
from accord.gates.replay.scenarios import Scenario, scenarios
from accord.gates.replay.shapes import skeleton

_LONGEST = 400


@dataclass
class Replay:
    """Replays the supported releases of the served contracts `names` (none: all of them) of the
    project at `root`, as of `today`; of `parts`, as listed in `PARTS`. `tested` are digests of
    operations that were tested already, see `Operations.digests`."""

    root: Path
    today: date | None = None
    names: Sequence[str] = ()
    parts: Collection[str] = PARTS
    seed: int = SEED
    max_examples: int = promises.MAX_EXAMPLES
    tested: Collection[str] = ()
    start: Callable[[], AbstractContextManager[Running]] | None = None
    """Starts a fresh application; the project's own where it is not given."""

    def run(self) -> Iterator[Replayed]:
        """Each release, newest first.

        Raises `UsageError` for an application that does not start, a name that is unknown and
        scenarios that cannot be run, `ReleaseError` and `ContractErrors` for releases.
        """
        for name in self.names or [each.name for each in _served(self.root)]:
            contract, _, version = name.partition("@")
            served(self.root, contract)
            every = [
                release
                for release in reversed(supported(self.root, contract, self.today))
                if version in ("", release.version)
            ]
            if version and not every:
                raise UsageError(f"{contract} has no supported release {version}")
            yield from _Contract(self, contract, every).run()

    def fresh(self) -> AbstractContextManager[Running]:
        """A fresh application."""
        if self.start is not None:
            return self.start()
        return running(self.root, commands(self.root))


class _Contract:
    """The supported releases of one contract, newest first."""

    def __init__(self, whole: Replay, name: str, every: Sequence[Release]) -> None:
        self._whole = whole
        self._name = name
        self._every = every
        self._stack = ExitStack()
        self._application: Running | None = None

    def run(self) -> Iterator[Replayed]:
        replayed = [Replayed(f"{self._name} {release.version}") for release in self._every]
        with self._stack:
            for release, outcome in zip(self._every, replayed, strict=True):
                self._play(release, outcome)
            # Last: it leaves the application full of what it made up.
            tested = set(self._whole.tested)
            for release, outcome in zip(self._every, replayed, strict=True):
                if "contracts" in self._whole.parts:
                    with outcome.timed("contracts"):
                        self._promises(release, outcome, tested)
                yield outcome

    def _play(self, release: Release, outcome: Replayed) -> None:
        parts = self._whole.parts
        kept = None if release.recording is None else recording.read(release.recording)
        chosen = list(self._scenarios(release, kept))
        if not {"scenarios", "differences"} & set(parts) or not (chosen or kept):
            return
        with outcome.timed("scenarios"):
            # Recordings begin with a fresh application.
            application = self._running(fresh=kept is not None)
            token = application.token
            if kept is None:
                # Somebody with nothing of their own yet.
                token = application.issue(_caller(release), EVERYTHING) or token
            package = installed(self._whole.root, release)
            played = play(package, chosen, application.url, token)
        document = self._document(release)
        operations = Operations(document)
        if "scenarios" in parts:
            outcome.scenarios = len(played)
            for each in played:
                if each.what:
                    outcome.findings.append(self._failed(release, each, operations, outcome.repeat))
        if kept is not None and "differences" in parts:
            answers = {each.scenario.name: each.exchanges for each in played}
            with outcome.timed("differences"):
                self._differences(release, outcome, kept, answers, operations, application)
        if any(each.what for each in played):
            # It may have left behind what the next release's scenarios stumble over.
            self._stop()

    def _scenarios(self, release: Release, kept: Recording | None) -> Iterator[Scenario]:
        """Those that were recorded as they were, and those that were written since."""
        known = set()
        if kept is not None and release.recording is not None:
            file = release.recording.relative_to(self._whole.root).as_posix()
            for each in kept.scenarios(file):
                known.add(each.name)
                yield each
        for each in scenarios(self._whole.root, self._name):
            if each.name not in known and each.runs_with(release.version):
                yield each

    def _differences(
        self,
        release: Release,
        outcome: Replayed,
        kept: Recording,
        answers: Mapping[str, Sequence[Exchange]],
        operations: Operations,
        application: Running,
    ) -> None:
        assert release.recording is not None
        file = release.recording.relative_to(self._whole.root).as_posix()
        found: list[Difference] = []
        callers = callers_of(application)
        met = [
            exchange
            for part in kept.parts
            if part.source
            for exchange in answers.get(part.name, ())
        ]
        for part in kept.parts:
            if part.name == WALK:
                now: Sequence[Exchange] = walk.walk(
                    walk.again(part.exchanges), application, callers
                )
            elif part.name == STRANGERS:
                now = walk.walk(walk.strangers(met, operations), application, callers)
            else:
                now = answers.get(part.name, ())
            outcome.steps += len(part.exchanges)
            found += compared(part, now)
        shown = f"{self._name} {release.version}"
        outcome.findings += findings(
            found, shown, file, self._place(release), operations, outcome.repeat
        )

    def _promises(self, release: Release, outcome: Replayed, tested: set[str]) -> None:
        document = self._document(release)
        operations = Operations(document)
        new = {
            called: digest
            for called, digest in operations.digests().items()
            if digest not in tested
        }
        if not new:
            return
        report = promises.replay(
            f"{self._name} {release.version}",
            document,
            self._running(),
            sorted(new),
            seed=self._whole.seed,
            max_examples=self._whole.max_examples,
            settings=fuzz_settings(self._whole.root),
        )
        tested.update(new.values())
        outcome.operations, outcome.cases = len(new), report.cases
        place = self._place(release)
        for failure in report.failures:
            what = (
                f"what {self._name} {release.version} promises is not kept: {failure.what}\n"
                f"  answer: {failure.answer}\n  request: {failure.curl}\n"
                f"  repeat: {outcome.repeat}"
            )
            rule = f"replay-{failure.check.replace('_', '-')}"
            operation = operations.named(failure.operation)
            outcome.findings.append(
                Finding(
                    GATE,
                    rule,
                    "error",
                    what,
                    place,
                    operation,
                    was=place,
                    subject=f"/{release.version}",
                    base=digest_of(new[failure.operation]),
                    revision=digest_of(failure.what.partition("\n")[0]),
                )
            )
        for error in report.errors:
            outcome.findings.append(Finding(GATE, "not-replayed", "error", error, place))

    def _failed(
        self, release: Release, played: Played, operations: Operations, repeat: str
    ) -> Finding:
        """A scenario that no longer works, with the last that was said."""
        file, recorded, _ = played.scenario.file.partition("#")
        lines = [
            f"scenario {played.scenario.name} no longer works with the package of "
            f"{self._name} {release.version}: {played.what}"
        ]
        if played.code:
            lines.append(f"  at: line {played.line}: {played.code}")
        operation = ""
        if played.exchanges:
            last = played.exchanges[-1]
            request, reply = last["request"], last["reply"]
            operation = operations.of(request["method"], request["target"])
            lines.append(f"  request: {request['method']} {request['target']}{_body(request)}")
            lines.append(f"  reply: {reply['status']}{_body(reply)}")
        lines.append(f"  repeat: {repeat}")
        return Finding(
            GATE,
            "replay-scenario",
            "error",
            "\n".join(lines),
            Place(file) if recorded else Place(file, played.line, 1),
            operation,
            was=self._place(release),
            subject=f"/{release.version}/{played.scenario.name}",
            base=digest_of(played.scenario.source),
            revision=digest_of(skeleton(played.what)),
        )

    def _place(self, release: Release) -> Place:
        return Place(release.path.relative_to(self._whole.root).as_posix())

    def _document(self, release: Release) -> Mapping[str, Any]:
        return spec.read(release.path, name=self._name).document

    def _running(self, *, fresh: bool = False) -> Running:
        if fresh:
            self._stop()
        if self._application is None:
            self._application = self._stack.enter_context(self._whole.fresh())
        return self._application

    def _stop(self) -> None:
        self._stack.close()
        self._application = None


def _served(root: Path) -> list[spec.Source]:
    return [source for source in spec.discover(root) if source.kind == "served"]


def _caller(release: Release) -> str:
    return f"{release.name}-{release.version}".replace("/", "-").replace(".", "-")


def _body(message: Mapping[str, Any]) -> str:
    body = message["body"]
    if body is None:
        return ""
    text = json.dumps(next(iter(body.values())), ensure_ascii=False)
    return f" {text}" if len(text) <= _LONGEST else f" {text[:_LONGEST]}…"
