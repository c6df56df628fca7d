"""`accord mock` as people run it: a process, a socket, files that change."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

_CONTRACT = """
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        '200':
          description: Some.
          content:
            application/json:
              schema: {$ref: 'pet.yaml#/Pet'}
              example: {name: Tom}
"""
_PART = "Pet: {type: object, required: [name], properties: {name: {type: string}}}\n"
_OVERLAY = """
overlay: 1.0.0
info: {title: O, version: 1.0.0}
actions:
  - target: $.paths['/pets'].get.responses['200'].content['application/json']
    update: {example: {age: old}}
"""
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Running:
    """`url` is where it answers; `process` writes what it says into `said`."""

    url: str
    process: subprocess.Popen[str]
    errors: Path


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    (tmp_path / "pet.yaml").write_text(_PART)
    path = tmp_path / "contract.yaml"
    path.write_text(_CONTRACT)
    return path


@contextmanager
def _running(contract: Path, *options: str) -> Iterator[Running]:
    errors = contract.parent / "errors"
    command = [sys.executable, "-m", "accord", "mock", str(contract), "--port", "0", *options]
    environment = os.environ | {"XDG_CACHE_HOME": str(contract.parent / "cache")}
    with (
        errors.open("w") as written,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=written, text=True, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert " at http" in line, errors.read_text()
            yield Running(line.split(" at ")[1].split(";")[0], process, errors)
        finally:
            process.kill()


def _until(client: httpx.Client, path: str, seen: Callable[[httpx.Response], bool]) -> Any:
    """The first answer that is as it is waited for."""
    end = time.monotonic() + _PATIENCE_S
    while not seen(answer := client.get(path)):
        assert time.monotonic() < end, f"not seen: {answer.status_code} {answer.text}"
        time.sleep(0.02)
    return answer


@pytest.mark.slow
def test_a_contract_that_breaks_is_served_on_until_it_is_mended(contract: Path) -> None:
    """The last sound version answers, the fault is in a header, on a page and on the terminal;
    what is mended is served without a restart; so is a change of a file beside it, an overlay
    that comes to be among them."""
    with _running(contract) as mock, httpx.Client(base_url=mock.url) as client:
        first = client.get("/pets")
        assert first.json() == {"name": "Tom"}
        assert "accord-mock-error" not in first.headers

        contract.write_text(_CONTRACT.replace("operationId", "operationid: 1\n      operationId"))
        contract.write_text(_CONTRACT.replace("#/Pet'", "#/Pat'"))
        broken = _until(client, "/pets", lambda answer: "accord-mock-error" in answer.headers)
        assert broken.json() == {"name": "Tom"}
        assert broken.headers["accord-mock"] == first.headers["accord-mock"]
        assert "contract.yaml:13" in broken.headers["accord-mock-error"]
        page = client.get("/__mock").json()
        assert "Pat" in page["faults"]
        html = client.get("/__mock", headers={"Accept": "text/html"}).text
        assert "broken" in html
        assert "last sound version" in mock.errors.read_text()

        contract.write_text(_CONTRACT.replace("Tom", "Rex"))
        mended = _until(client, "/pets", lambda answer: answer.json() == {"name": "Rex"})
        assert "accord-mock-error" not in mended.headers
        assert mended.headers["accord-mock"] != first.headers["accord-mock"]

        (contract.parent / "pet.yaml").unlink()
        _until(client, "/pets", lambda answer: "accord-mock-error" in answer.headers)
        (contract.parent / "pet.yaml").write_text(_PART.replace("name", "age"))
        _until(client, "/pets", lambda answer: "age" in answer.json())

        overlay = contract.with_name("contract.overlay.yaml")
        overlay.write_text(_OVERLAY)
        _until(client, "/pets", lambda answer: answer.json() == {"age": "old"})
        assert mock.process.poll() is None


@pytest.mark.slow
def test_it_ends_in_good_order_and_starts_from_its_cache(contract: Path) -> None:
    """SIGTERM: exit code 0 and no process left. The second start makes nothing anew."""
    with _running(contract, "--latency", "1ms", "--seed", "3") as mock:
        assert httpx.get(f"{mock.url}/pets", headers={"Origin": "http://a"}).headers[
            "access-control-allow-origin"
        ]
        mock.process.send_signal(signal.SIGTERM)
        assert mock.process.wait(30) == 0
        assert mock.errors.read_text() == ""
    entries = list((contract.parent / "cache" / "accord" / "mock").iterdir())
    assert len(entries) == 1
    made = (entries[0] / "package" / "routes.py").stat().st_mtime_ns
    with _running(contract, "--no-cors", "--fail-rate", "1", "--fail-code", "418") as mock:
        failed = httpx.get(f"{mock.url}/pets", headers={"Origin": "http://a"})
        assert failed.status_code == 418
        assert "access-control-allow-origin" not in failed.headers
    assert (entries[0] / "package" / "routes.py").stat().st_mtime_ns == made
    assert json.loads((entries[0] / "files.json").read_text())["files"].keys() == {
        "contract.yaml",
        "pet.yaml",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("nowhere.yaml",), "is no file"),
        (("contract.yaml", "--latency", "soon"), "--latency"),
        (("contract.yaml", "--fail-rate", "2"), "0 to 1"),
        (("contract.yaml", "--fail-code", "200"), "400 to 599"),
        (("contract.yaml", "--port", "70000"), "--port"),
        (("broken.yaml",), "broken.yaml:1:1"),
    ],
)
def test_what_cannot_be_served_is_said(contract: Path, options: list[str], told: str) -> None:
    """Exit code 2, and what to do."""
    (contract.parent / "broken.yaml").write_text("openapi: 2.0.0\n")
    done = subprocess.run(
        [sys.executable, "-m", "accord", "mock", *options, "--cache", "cache"],
        cwd=contract.parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
