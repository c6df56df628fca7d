from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from accord.service.lines import LineWriter


def test_lines_arrive_in_order(tmp_path: Path) -> None:
    """What was written is in the file, whole and in order, when the writer is closed."""
    target = tmp_path / "log"
    writer = LineWriter(target)
    for number in range(5000):
        writer.write(f"line {number}")
    writer.close()
    assert target.read_text().splitlines() == [f"line {n}" for n in range(5000)]
    assert writer.dropped == 0


def test_lines_appear_without_closing(tmp_path: Path) -> None:
    """Lines do not wait for the end of the process."""
    target = tmp_path / "log"
    writer = LineWriter(target, interval=0.01)
    writer.write("soon")
    until = time.monotonic() + 5
    while not target.read_text() and time.monotonic() < until:
        time.sleep(0.01)
    assert target.read_text() == "soon\n"
    writer.close()


def test_writing_never_waits_and_losses_are_told() -> None:
    """With a target that takes nothing, `write` returns at once, memory is bounded, and what was
    dropped is counted and told in a line as soon as there is room."""
    read_end, write_end = os.pipe()
    writer = LineWriter(write_end, capacity=100, interval=0.01)
    line = "x" * 10_000
    begun = time.monotonic()
    for _ in range(1000):
        writer.write(line)
    assert time.monotonic() - begun < 1
    assert writer.dropped > 0
    received = b""
    while b"lost_lines" not in received:
        received += os.read(read_end, 1 << 20)
    writer.close()
    *whole, told = received.decode().splitlines()
    assert set(whole) == {line}
    assert len(whole) + json.loads(told)["n"] == 1000
    os.close(read_end)
    os.close(write_end)


def test_full_disk_is_survived() -> None:
    """Where writing fails, lines are counted as dropped and the service goes on."""
    with open("/dev/full", "wb") as full:
        writer = LineWriter(full.fileno(), interval=0.01)
        writer.write("lost")
        writer.close()
    assert writer.dropped >= 1


def test_lines_are_written_at_exit(tmp_path: Path) -> None:
    """A process that ends without closing its writer loses nothing; surrogates do no harm."""
    target = tmp_path / "log"
    program = (
        "from pathlib import Path; from accord.service.lines import LineWriter; "
        f"LineWriter(Path({str(target)!r}), interval=60).write('last \\ud800')"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert target.read_text() == "last \\ud800\n"
