"""What a stack file may say: types, defaults, checks, and error texts with their positions.

What belongs here: a word of the stack file, good and bad, with the exact message.
"""
