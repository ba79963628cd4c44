"""What of a stack's secrets comes out of its configuration: no literal of the program."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from guard.rules.secret_plaintext.scripts import document


@lru_cache(maxsize=1)
def configured(text: str) -> frozenset[str]:
    """Return every word of the stack's configuration. The engine hands over secrets of it in clear: no literals."""
    return frozenset(_words(document(text)))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in cast(dict[str, Any], value).values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in cast(list[Any], value):
            yield from _words(inner)
    elif isinstance(value, str):
        yield value
        yield from _words(document(value))
