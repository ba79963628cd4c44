"""How many examples a test gets that costs more than a moment each."""

from hypothesis import settings

FUZZ = settings().max_examples > 1000  #: whether this is `make fuzz`


def examples(usual: int) -> settings:
    """So many in the usual run, fifty times as many under `make fuzz`."""
    return settings(max_examples=usual * 50 if FUZZ else usual)
