"""The data stores that the application works with: their pools, their errors, their health.

New here: another store, or another way to use one.
"""
