"""Messages that show what the law says: taken by one version of a contract, refused by the other.

witness      what a witness is, and the two other things that the search can say
search       from a break to its witness, or to proof that there is none
sides        a break as messages see it
versions     what each version takes, in every reading, and the last word on a witness
messages     requests and replies as one value, and the schemas for them
plain        OpenAPI's schemas as JSON Schema; judges: the validators
values       values for schemas, and near their limits: with scalars, lists, records, patterns
finite       all values of a schema that has few
rules        what the law's rules mean to a validator
writing      how parameters are written; formats: how texts are
send         a witness before the running application
"""
