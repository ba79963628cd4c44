"""Tests of the application, against a real PostgreSQL and a real Redis: see servers.py."""
