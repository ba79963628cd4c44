"""The data stores that the application works with: their pools, their errors, their health.

What belongs here: another store, or another way to use one.
"""
