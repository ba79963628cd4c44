"""What the product promises to show, run as a user would; and what the pages claim: links, commands, names, tables.

What belongs here: another promise of README, CONTRIBUTING or `docs/` that a test can check.
"""
