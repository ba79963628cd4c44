"""The assembly of a stack: a file a concern, and what crosses concerns as functions of the settings. No component.

What belongs here: which components a stack file's tables ask for, and what each takes from its neighbours.
"""

from components.platform.platform import Platform

__all__ = ["Platform"]
