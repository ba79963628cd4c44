"""The sample application that the platform runs: items in PostgreSQL, cached in Redis, behind FastAPI.

What belongs here: a route, a table, a variable. What the platform gives it (variables, secrets) is in a stack file.
"""
