"""The house that a new project moves into."""

from __future__ import annotations

from pathlib import Path

import pytest

import accord.new
import accord.service.server
from accord.service.settings import ServiceSettings

IMPL = Path(accord.new.__file__).parent / "template" / "impl"
READERS = [*IMPL.glob("*.jinja"), Path(accord.service.server.__file__)]
TEXT = "\n".join(path.read_text() for path in READERS)


@pytest.mark.parametrize("name", ServiceSettings.model_fields)
def test_every_setting_is_heeded(name: str) -> None:
    """A setting that every service has, and that a new one silently ignores, would be a trap."""
    assert f"settings.{name}" in TEXT


def test_a_replica_that_is_told_to_stop_is_not_ready() -> None:
    """From the signal on, or the time of `drain_delay` would be for nothing."""
    assert "draining=app.state.health.drain" in TEXT
