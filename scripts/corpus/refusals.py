"""Contracts that are wrong: refused under `--strict` with file, pointer and reason."""

from __future__ import annotations

from pathlib import PurePath

from accord.errors import ContractErrors
from accord.spec import read
from scripts.corpus.contracts import CORPUS, LEGAL, Case


def verdict(case: Case) -> str:
    """Empty where the contract is judged as the corpus says; else what is wrong about that."""
    legal = PurePath(case.name).stem in LEGAL
    try:
        read(case.path, base=CORPUS, strict=True)
    except ContractErrors as errors:
        if legal:
            return f"it is legal, but was refused: {errors.faults[0].reason}"
        vague = [fault for fault in errors.faults if not (fault.pointer and fault.reason)]
        return f"a fault without pointer or reason: {vague[0]}" if vague else ""
    return "" if legal else "it was accepted"
