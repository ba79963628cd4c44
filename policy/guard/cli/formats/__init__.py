"""How `guard check` reports: for people, for programs, for code scanning and for test reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from guard.cli.formats import document, junit, sarif, text
from guard.cli.report import CheckReport

FORMATS: Final[Mapping[str, Callable[[CheckReport], str]]] = {
    "text": text.write,
    "json": document.write,
    "sarif": sarif.write,
    "junit": junit.write,
}
