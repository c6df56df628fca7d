"""`make mutants`: does the breaking gate see what breaks, and keep silent at what does not?

    contracts   what is mutated: this repository's contracts and those that others wrote
    uses        where operations reach which schema, and in which direction
    mutants     what a kind of change and a mutant are; which mutants are made of which contracts
    kinds       the kinds of change, each with its label and the reason for it
    score       the mutants before the gate and before oasdiff alone
    report      the table, build/mutants.json, and the floor that no result may fall under

Labels come from OpenAPI, JSON Schema and HTTP, never from what the gate says: nothing here but
`score` knows the gate, and that only by its one function that compares two files.
"""
