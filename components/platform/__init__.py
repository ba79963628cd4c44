"""Assembles a stack: each file builds the components of one concern. No component is defined here.

What belongs here: which components a stack file's tables ask for, and what each takes from its neighbours.
"""

from components.platform.platform import Platform

__all__ = ["Platform"]
