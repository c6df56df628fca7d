"""Generated code against the contracts: what `accord generate` would change."""

from __future__ import annotations

from pathlib import Path

from accord.gates.finding import Finding, Place

GATE = "drift"
_SAYS = {
    "missing": "the contracts ask for this file, and it is not there",
    "stale": "this file is not what the contracts become",
    "extra": "no contract asks for this file, in a folder that accord alone writes",
}


def drift(root: Path) -> tuple[Finding, ...]:
    """Files that are not what the contracts at `root` become.

    Raises `ContractErrors` for faults in contracts, `UsageError` where there are none.
    """
    # The generator is imported by the gate that needs it only: `accord breaking` starts without.
    from accord.codegen.generate import generate

    difference = generate(root, check=True)
    return tuple(
        Finding(
            gate=GATE,
            rule=kind,
            level="error",
            what=f"{_SAYS[kind]}: run `accord generate` and commit what it writes",
            place=Place(path),
        )
        for kind in _SAYS
        for path in getattr(difference, kind)
    )
