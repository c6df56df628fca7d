"""The locks, from which a new project's are made."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_package_is_pinned_once_for_every_python(lock: str) -> None:
    """What `accord new` runs with pins what it locks, for older Pythons than its own too."""
    pinned = Counter(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
    assert pinned
    assert [name for name, times in pinned.items() if times > 1] == []
