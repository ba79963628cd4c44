"""Each component alone, on a recording of what it registers.

What belongs here: a component's resources and their properties. What holds for all of them is in `contracts`.
"""
