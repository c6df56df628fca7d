"""Values, rules and errors of the store; no I/O, and nothing of HTTP."""
