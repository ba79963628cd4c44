"""The sample images below blueprints/, run as their containers are: real processes, a real PostgreSQL, a real Redis.

What belongs here: what a container answers, stores and logs, and how it ends.
"""
