"""What holds for every component and every stack (design.md, "What holds everywhere").

What belongs here: a rule that the next component must keep too. pin.py writes the pinned names of `tests/golden`.
"""
