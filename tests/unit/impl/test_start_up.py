"""What a start costs that it need not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

UNNEEDED = (
    # what makes code, and what only gates and mocks want
    "accord.spec",
    "accord.codegen",
    "accord.gates",
    "accord.mock",
    "datamodel_code_generator",
    "openapi_python_client",
    "schemathesis",
    # what the settings did not ask for
    "redis",
    "impl.fakes",
    "impl.development",
    "alembic",
)
SCRIPT = """
import json, sys
from impl.app import create_app
from impl.settings import Settings
create_app(Settings.load(development=True, database_url="sqlite+aiosqlite:///:memory:"))
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.slow
def test_nothing_is_imported_that_the_store_does_not_need() -> None:
    """Neither the generator nor what its settings leave out: no Redis, no Redis client."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    imported = set(json.loads(done.stdout))
    assert "impl.app" in imported
    assert imported.isdisjoint(UNNEEDED)
