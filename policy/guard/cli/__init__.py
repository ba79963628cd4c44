"""`python -m guard check` and its output formats, and the catalogue of the rules."""
