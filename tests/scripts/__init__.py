"""The scripts of `scripts/`, run with stand-ins for the programs that they call.

What belongs here: what a script asks, in which order, and how it ends.
"""
