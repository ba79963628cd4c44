"""How messages say things, each in one way."""

from collections.abc import Iterable


def either(words: Iterable[object]) -> str:
    """A choice: a, b or c."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} or {last}" if first else last
