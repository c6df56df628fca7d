"""Contracts that are wrong, each beside the exact text that says so.

`rejects/<fault>.yaml` is refused with the text in `rejects/<fault>.txt`; those in
`rejects/strict` are read with a warning of that text, and refused under strict.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import ContractErrors
from accord.spec import read

FOLDER = Path(__file__).parent / "rejects"
ALWAYS = sorted(path for path in FOLDER.glob("*.*") if path.suffix != ".txt")
STRICT = sorted(path for path in FOLDER.glob("strict/*.*") if path.suffix != ".txt")


@pytest.mark.parametrize("contract", ALWAYS, ids=lambda path: path.stem)
def test_wrong_contract_is_refused(contract: Path) -> None:
    """A wrong contract is refused with every fault: file, line, pointer, reason and mend."""
    with pytest.raises(ContractErrors) as refused:
        read(contract, base=contract.parent)
    assert f"{refused.value}\n" == contract.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("contract", STRICT, ids=lambda path: path.stem)
def test_doubtful_contract_is_refused_under_strict_only(contract: Path) -> None:
    """What a contract can be read without is a warning, and a fault under strict."""
    expected = contract.with_suffix(".txt").read_text("utf-8")
    with pytest.raises(ContractErrors) as refused:
        read(contract, base=contract.parent, strict=True)
    assert f"{refused.value}\n" == expected
    warnings = read(contract, base=contract.parent).warnings
    assert "".join(f"{warning}\n" for warning in warnings) == expected


def test_every_expected_text_has_its_contract() -> None:
    """No expected text is left behind by a contract that was renamed."""
    contracts = {path.with_suffix("") for path in (*ALWAYS, *STRICT)}
    assert {path.with_suffix("") for path in FOLDER.rglob("*.txt")} == contracts
