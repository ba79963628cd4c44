"""What is built from the settings: a folder a tier, a file a component.

What belongs here: a component (a ComponentResource with its table of the stack file). Its folder and class are part
of every URN: they never move.
"""
