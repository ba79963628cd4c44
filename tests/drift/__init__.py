"""Changes that somebody made by hand are found, in an emulated AWS (`--drift`; needs terraform).

What belongs here: another kind of change by hand.
"""
