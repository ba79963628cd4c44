"""How messages say things, each in one way."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

#: What the files of Copilot, Compose, ECS or RDS call what has another name here.
SYNONYMS: Final = {
    "env": "environment",
    "exec": "shell",
    "http": "routes",
    "instance-class": "class",
    "platform": "architecture",
    "sidecars": "containers",
    "subnets": "tiers",
    "variables": "environment",
}


def either(words: Iterable[object]) -> str:
    """A choice: a, b or c."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant."""
    written = word[:80].replace("_", "-")
    if (meant := SYNONYMS.get(written)) in known:
        return meant
    swapped = [each for each in known if sorted(each) == sorted(written)]  # `pu` for `up`: too short to be like it
    return next(iter([*swapped, *difflib.get_close_matches(written, known, n=1)]), None)


def choice(word: str, known: Iterable[str], none: str = "") -> str:
    """Advice for a word that is none of those known; `none` is the advice where nothing is known."""
    words = [*known]
    if none and not words:
        return none
    near = nearest(word, words)
    return f"did you mean {near}?" if near else f"use {either(words)}"
