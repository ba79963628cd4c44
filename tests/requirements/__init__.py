"""The ledger's requirements, each proven on recordings of the stacks that it is about.

What belongs here: a proof with `@requirement(id)`, and a breach that makes it fail. `make requirements` lists them.
"""
