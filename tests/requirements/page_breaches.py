"""Breaches of documents: changes of pages that somebody might make, and the test that proofs see them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from tests.requirements.pages import Pages, pages
from tests.requirements.proving import proven
from tests.rows import for_each


class PageBreach(NamedTuple):
    """A proof, and a change of the pages that must make it fail."""

    proof: Callable[..., None]
    change: Callable[[Pages], Pages]
    more: dict[str, Any] = {}


def edit(page: str, old: str, new: str = "") -> Callable[[Pages], Pages]:
    """A page with another text in the place of one."""
    return lambda all_: all_.changed(page, old, new)


def gone(page: str) -> Callable[[Pages], Pages]:
    """Without a page."""
    return lambda all_: all_.without(page)


def redrawn(all_: Pages) -> Pages:
    """A picture of another diagram under its name."""
    pictures = {**all_.pictures, "docs/diagrams/architecture.png": all_.pictures["docs/diagrams/trust.png"]}
    return replace(all_, pictures=pictures)


def noticed(breaches: Sequence[PageBreach]) -> Callable[[], None]:
    """The test of a module that each of its breaches takes its proof away."""

    @for_each(breaches, name=lambda breach: breach.proof.__name__)
    def test(breach: PageBreach) -> None:
        proven(breach.proof, pages(), **breach.more)
        with pytest.raises((AssertionError, KeyError, ImportError)):  # a part that is missing
            proven(breach.proof, breach.change(pages()), **breach.more)

    return test
