"""Mutants of the application: faults in code that no comparison of contracts can see.

Each is an exact edit of a copy of the project. The unmutated application is recorded first, as a
release would be; then every mutant is started, and the gates are asked about it: what consumers do
with their packages, what is answered otherwise than it was recorded, what the released contract
promises, and at last what fuzzing finds.
"""
