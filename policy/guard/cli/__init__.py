"""`python -m guard check` and its output formats, and the catalogue of the rules.

What belongs here: an input that it reads, an option, a format.
"""
