"""What came as a secret is not told: its texts are taken out of whatever a rule says.

The engine marks secrets, and rules read them in clear: a secret range of addresses may be open to all like any other.
What a rule says is made of the values that it read, or of parts of them, so the texts are taken out at the end, in one
place.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

HIDDEN: Final = "(secret)"

#: A longer text is taken out wherever it stands; a shorter one stands in others by chance.
LONG: Final = 8


def pattern(values: Iterable[Any]) -> re.Pattern[str] | None:
    """Return what finds the texts of secret values; None where there is none. Rules may have changed their case."""
    texts = sorted({text for value in values for text in _texts(value)}, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(_found, texts)), re.IGNORECASE) if texts else None


def _found(text: str) -> str:
    edge = r"\w" if text.isdecimal() else r"[\w-]"
    return re.escape(text) if len(text) >= LONG else rf"(?<!{edge}){re.escape(text)}(?!{edge})"


def _texts(value: Any) -> Iterator[str]:
    """Yield what a value may be told by: itself and its parts, those of a document, of an ARN and of a range."""
    if isinstance(value, dict):
        for inner in cast(dict[str, Any], value).values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in cast(list[Any], value):
            yield from _texts(inner)
    elif isinstance(value, str):
        yield from _of_text(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def _of_text(text: str) -> Iterator[str]:
    if not text:
        return
    yield text
    if text[0] in "{[":
        try:
            yield from _texts(json.loads(text))
        except (ValueError, RecursionError):
            return
    elif "\n" in text:  # YAML, of which a line's value is enough here
        yield from (found.strip("'\" ") for found in re.findall(r"(?m)(?:: |- )([^\n#]+)$", text))
    elif text.startswith("arn:"):
        parts = text.split(":", 5)[4:]
        yield from (part for part in (*parts, *re.split("[:/]", text)[-1:]) if part)
    elif "/" in text:
        try:
            yield str(ipaddress.ip_network(text, strict=False))
        except ValueError:
            return
