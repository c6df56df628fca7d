"""Missing handler methods are written; what is there stays as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from accord.codegen.generate import generate
from accord.codegen.scaffold import scaffold
from accord.errors import AccordError, UsageError

MINE = '''\
"""My items."""

from generated.shop.v1 import models


class Items:
    # Keep   my   spacing.
    async def list_items(self, *, limit: int) -> list[models.Item]:
        return [ models.Item(id=limit) ]


LAST = "line"
'''


@pytest.mark.slow
def test_a_new_file_is_complete(project: Path) -> None:
    """It has the class and a method for each operation, and satisfies the protocol for mypy."""
    assert scaffold(project, "items") == [
        "impl/handlers/v1/items.py: Items.list_items",
        "impl/handlers/v1/items.py: Items.create_item",
    ]
    generate(project)
    (project / "app.py").write_text(
        "from accord.runtime import provide\n"
        "from generated.shop.v1 import routes\n"
        "from impl.handlers.v1.items import Items\n"
        "routes.api(items=provide(Items), orders=None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version=3.11", "app.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_missing_methods_are_added_at_the_end_of_the_class(project: Path) -> None:
    """With the imports that they need; not a character of what was there changes."""
    file = project / "impl/handlers/v1/items.py"
    file.parent.mkdir(parents=True)
    file.write_text(MINE)
    assert scaffold(project, "items", "shop/v1") == ["impl/handlers/v1/items.py: Items.create_item"]
    text = file.read_text()
    compile(text, file, "exec")
    kept = iter(text.splitlines())
    assert all(line in kept for line in MINE.splitlines())
    assert "from generated.shop.v1 import handlers\n" in text
    assert (
        "    async def create_item(self, *, body: models.Item) -> handlers.CreateItem201:\n"
        '        raise Problem(501, code="not_implemented")\n'
    ) in text
    assert text.index("def create_item") < text.index("LAST =")


def test_nothing_is_missing(project: Path) -> None:
    """Then nothing is written."""
    scaffold(project, "items")
    before = (project / "impl/handlers/v1/items.py").read_bytes()
    assert scaffold(project, "items") == []
    assert (project / "impl/handlers/v1/items.py").read_bytes() == before


def test_what_cannot_be_scaffolded_is_said(project: Path) -> None:
    """An unknown tag, and a file that is not Python."""
    with pytest.raises(UsageError, match="no tag is called 'itmes'; there are items, orders"):
        scaffold(project, "itmes")
    file = project / "impl/handlers/v1/items.py"
    file.parent.mkdir(parents=True)
    file.write_text("class Items:\n")
    with pytest.raises(AccordError, match="mend that first"):
        scaffold(project, "items")
