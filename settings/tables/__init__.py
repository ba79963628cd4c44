"""What a stack file may say: a file a tier, with types, defaults, units, and what cannot be within one table.

What belongs here: a word of the stack file. What needs a second table is a check.
"""
