"""Logic of three values: yes, no, and what nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterable

from guard.model.graph import UNKNOWN, Missing

Answer = bool | Missing


def some(answers: Iterable[Answer]) -> Answer:
    """Return whether one answer is yes; UNKNOWN if none is and one is not known. None at all is no."""
    found = list(answers)
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def every(answers: Iterable[Answer]) -> Answer:
    """Return whether all answers are yes; UNKNOWN if none is no and one is not known. None at all is yes."""
    found = list(answers)
    return False if False in found else UNKNOWN if UNKNOWN in found else True
