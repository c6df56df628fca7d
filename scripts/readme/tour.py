"""Doing what the blocks say, in a folder of its own."""

from __future__ import annotations

import ast
import os
import re
import shlex
import signal
import socket
import subprocess
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.readme.blocks import Block, Command

TIMEOUT_S = 300.0
_PORT = "8000"
_TOKEN = re.compile(r"^export TOKEN=(\S+)$", re.MULTILINE)


class Differs(Exception):
    """What a block did is not what the README shows."""


class Tour:
    """A checkout at `root`, where blocks are carried out one after the other.

    What the README calls port 8000 is a free one. `seen` keeps what each command printed.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self.seen: list[tuple[Command, str]] = []
        self._port = _free_port()
        self._environment = {**environment, "STORE_PORT": self._port}
        self._server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Tour:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def carry_out(self, block: Block) -> None:
        """Raises `Differs` where a command prints something else, or a file is not as it is
        said to be."""
        match block.verb:
            case "run":
                for command in block.commands():
                    self._check(command, self._run(command.text))
            case "serve":
                (command,) = block.commands()
                self._check(command, self._serve(command))
            case "into":
                self._edit(block, self._with if block.after else self._replaced)
            case "change":
                self._edit(block, lambda text, block: text.replace(*block.sides(), 1))

    def _run(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command.replace(f":{_PORT}", f":{self._port}")],
            cwd=self.root,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return done.stdout.replace(f":{self._port}", f":{_PORT}")

    def _serve(self, command: Command) -> str:
        """Starts it; gives what it printed until it was silent, and takes its token."""
        self._stop()
        log = self.root / "tour.log"
        with log.open("w") as output:
            self._server = subprocess.Popen(
                shlex.split(command.text),
                cwd=self.root,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        until = time.monotonic() + TIMEOUT_S
        while not (token := re.search(r"^export TOKEN=(\S+)$", log.read_text(), re.MULTILINE)):
            if self._server.poll() is not None or time.monotonic() > until:
                raise Differs(
                    f"line {command.line}: {command.text} did not start:\n{log.read_text()}"
                )
            time.sleep(0.1)
        time.sleep(0.5)  # the rest of its welcome
        self._environment["TOKEN"] = token[1]
        return log.read_text().replace(f":{self._port}", f":{_PORT}")

    def _stop(self) -> None:
        if self._server is not None and self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGINT)
            self._server.wait(60)
        self._server = None

    def _check(self, command: Command, printed: str) -> None:
        self.seen.append((command, printed))
        if not _is_as_shown(command.printed, printed):
            raise Differs(
                f"line {command.line}: {command.text}\nprinted\n{textwrap.indent(printed, '  ')}\n"
                f"where the README shows\n{textwrap.indent(command.printed, '  ')}"
            )

    def _edit(self, block: Block, edit: Callable[[str, Block], str]) -> None:
        file = self.root / block.file
        text = file.read_text("utf-8")
        changed = edit(text, block)
        if changed == text:
            raise Differs(f"line {block.line}: {block.file} has no place for it")
        file.write_text(changed, "utf-8")

    @staticmethod
    def _with(text: str, block: Block) -> str:
        place = re.search(rf"^{re.escape(block.after)}\n", text, re.MULTILINE)
        if place is None:
            return text
        return text[: place.end()] + block.text + text[place.end() :]

    @staticmethod
    def _replaced(text: str, block: Block) -> str:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.AsyncFunctionDef) and node.name == block.instead:
                lines = text.splitlines(keepends=True)
                lines[node.lineno - 1 : node.end_lineno] = [block.text]
                return "".join(lines)
        return text


def _is_as_shown(shown: str, printed: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
