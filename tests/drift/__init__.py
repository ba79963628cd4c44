"""Changes that somebody made by hand are found, in an emulated AWS (`--drift`; needs terraform).

New here: another kind of change by hand.
"""
