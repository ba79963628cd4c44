"""Databases, caches, buckets and tables, and their backups.

What belongs here: a store. What connects to it, the key and the roles come from its neighbours as arguments.
"""
