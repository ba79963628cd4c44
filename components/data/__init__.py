"""Databases, caches, buckets and tables."""
