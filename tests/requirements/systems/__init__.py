"""The proofs of the systems below blueprints/: rows, each a requirement's exact values at recorded resources.

A module here that has ROWS is read by tests/requirements/test_systems.py; a new capability is a module of its own.
"""
