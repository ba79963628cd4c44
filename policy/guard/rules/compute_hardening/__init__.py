"""Machines keep their credentials to themselves."""
