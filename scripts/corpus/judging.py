"""Which findings are failures, and which are explained."""

from __future__ import annotations

from collections import Counter

from scripts.corpus.explained import EXPLANATIONS, Explanation
from scripts.corpus.findings import UNSERVED, Finding
from scripts.corpus.stage import Result

_SHOWN = 40


def judged(contract: str, result: Result) -> Result:
    """What the stage says of a contract, with its findings told apart: those that nothing
    explains are failures, and so are explanations of this contract that explain nothing."""
    known = [each for each in EXPLANATIONS if contract.endswith(each.contract)]
    failures: list[Finding] = []
    reasons: dict[str, str] = {}
    used: set[Explanation] = set()
    findings = [Finding(**each) for each in result["findings"]]
    for finding in findings:
        found = next((each for each in known if _is_about(each, finding)), None)
        if found is None:
            failures.append(finding)
        else:
            used.add(found)
            reasons[f"{finding.operation}: {finding.check}"] = found.reason
    unserved, open_ = (
        sum(each.check == UNSERVED for each in some) for some in (findings, failures)
    )
    failures += [
        Finding(each.operation, each.check, f"an explanation too many: {each}")
        for each in known
        if each.contract and each not in used
    ]
    return {
        **{key: value for key, value in result.items() if key != "findings"},
        "not_servable": unserved - open_,
        "failures": len(failures),
        "explained": reasons,
        "first_failures": [each.text[:1200] for each in failures][:_SHOWN],
        "failures_by_check": Counter(each.check for each in failures),
    }


def _is_about(explanation: Explanation, finding: Finding) -> bool:
    return (
        explanation.check == finding.check
        and finding.operation.startswith(explanation.operation)
        and explanation.sign in finding.text
    )
