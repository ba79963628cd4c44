"""Breaches of documents: changes of pages that somebody might make, and the test that proofs see them."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.requirements.pages import Pages, pages


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


def noticed(breaches: Sequence[PageBreach]) -> Callable[..., None]:
    """The test of a module that each of its breaches takes its proof away."""

    @pytest.mark.parametrize("breach", breaches, ids=[each.proof.__name__.removeprefix("test_") for each in breaches])
    def test(breach: PageBreach, tmp_path: Path) -> None:
        folder = {"tmp_path": tmp_path} if "tmp_path" in inspect.signature(breach.proof).parameters else {}
        more = {**breach.more, **folder}
        breach.proof(pages(), **more)
        with pytest.raises((AssertionError, KeyError, ImportError)):  # a part that is missing
            breach.proof(breach.change(pages()), **more)

    return test
