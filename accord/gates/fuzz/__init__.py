"""`accord fuzz`: Schemathesis against the running application, and what is learnt from it.

run        one run of Schemathesis: events to a report
report     what was sent, what came back, what was wrong with it, what was reached
cases      failures as plain JSON, replayed before anything is generated
minimise   the smallest request that fails the same check
access     operations called by somebody who may do nothing
touched    which operations a change touches, and the budget of each
coverage   what must be reached: openapi/cases/coverage.json
campaign   all of it, for a project
"""
