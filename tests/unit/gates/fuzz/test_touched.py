"""What a change touches, in a repository, and how many requests that gets."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from accord import spec
from accord.errors import UsageError
from accord.gates.fuzz.touched import budgets, touched

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
tags: [{name: items}, {name: parked-orders}]
paths:
  /items:
    get: {operationId: listItems, tags: [items], responses: {'200': {description: All.}}}
  /parked-orders:
    get: {operationId: listParked, tags: [parked-orders], responses: {'200': {description: All.}}}
"""
ITEMS, PARKED = "GET /items", "GET /parked-orders"


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit on main."""
    for name, text in {
        "openapi/shop/v1.yaml": CONTRACT,
        "impl/handlers/items.py": "",
        "impl/services/parked_orders.py": "",
        "impl/app.py": "",
        "tests/test_items.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    return tmp_path


def changed(root: Path, since: str | None = "HEAD") -> frozenset[str]:
    source = root / "openapi" / "shop" / "v1.yaml"
    return touched(root, spec.read(source, name="shop/v1"), source, since)


def test_nothing_has_changed(root: Path) -> None:
    """Then all get the same; tests and wording touch nothing."""
    (root / "tests" / "test_items.py").write_text("x = 1\n")
    contract = root / "openapi" / "shop" / "v1.yaml"
    contract.write_text(CONTRACT.replace("description: All.", "description: Everything."))
    assert changed(root) == frozenset()


def test_a_contract_touches_what_callers_see(root: Path) -> None:
    """The operation whose reply is another."""
    contract = root / "openapi" / "shop" / "v1.yaml"
    head, tail = CONTRACT.split("  /parked-orders:")
    contract.write_text(head.replace("'200'", "'201'") + "  /parked-orders:" + tail)
    assert changed(root) == {ITEMS}


@pytest.mark.parametrize(
    ("file", "of"),
    [
        ("impl/handlers/items.py", {ITEMS}),
        ("impl/sagas/item_export.py", {ITEMS}),
        ("impl/services/parked_orders.py", {PARKED}),
        ("impl/app.py", set()),
    ],
)
def test_code_touches_its_tag_or_everything(root: Path, file: str, of: set[str]) -> None:
    """New files count as well; of code that has no tag nothing is known."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text("x = 1\n")
    assert changed(root) == of


def test_revisions(root: Path) -> None:
    """Unless another is asked for it is where the branch left main; one that is not there is a
    fault of use."""
    git(root, "checkout", "--quiet", "-b", "feature")
    (root / "impl" / "handlers" / "items.py").write_text("x = 1\n")
    git(root, "commit", "--quiet", "-am", "second")
    assert changed(root, None) == {ITEMS}
    assert changed(root) == frozenset()
    with pytest.raises(UsageError, match="no such revision"):
        changed(root, "nowhere")


def test_what_is_touched_gets_most_requests() -> None:
    """Four fifths of all, and the others still get some."""
    names = [f"GET /{number}" for number in range(10)]
    budget = budgets(names, ["GET /3"], 10)
    assert budget["GET /3"] == 80
    assert {budget[name] for name in names if name != "GET /3"} == {2}
    assert set(budgets(names, [], 10).values()) == {10}
    assert set(budgets(names, names, 10).values()) == {10}
