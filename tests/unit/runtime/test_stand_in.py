"""`missing="mock"`: looked up by name, and a clear error where it is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from accord.errors import UsageError
from accord.runtime.stand_in import stand_in

_WITHOUT_MOCK = """
import sys
sys.modules["accord.mock"] = None
from accord.runtime import Application
try:
    Application(apis=[], missing="mock")
except Exception as error:
    print(type(error).__name__, error)
"""


def test_the_mock_is_an_extra() -> None:
    """Serving imports nothing of it; an image without it is told what to do."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_MOCK], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("UsageError")
    assert "accord[mock]" in done.stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import accord.runtime, sys; print('accord.mock' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "False\n"


def test_what_is_no_way_to_be_missing_is_refused() -> None:
    """With the ways there are."""
    assert stand_in("refuse") is None
    assert stand_in("501") is None
    with pytest.raises(UsageError, match="refuse"):
        stand_in("mok")
