"""Gates: what a change to a contract, or to the code behind it, may not break.

    releases    frozen contracts, the baselines of every comparison
    breaking    a contract against its latest release (oasdiff, mapped back to file and line)
    lint        the style of contracts (Redocly CLI)
    drift       generated code against the contracts
    fuzz        the running application against its contract (Schemathesis)
    check       all of them on one page

Every gate answers with `Finding`s (something to mend, exit code 1) or raises an `AccordError`
(the gate could not decide, exit code 2).
"""
