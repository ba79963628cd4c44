"""Checks of many rows, each too short for a test of its own: pytest and xdist take three milliseconds for any test."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

Row = TypeVar("Row")


def for_each(rows: Iterable[Row], name: Callable[[Row], str] = str) -> Callable[[Callable[[Row], None]], Any]:
    """Make a check of a row one test of all `rows`: it fails with each row that fails, its name and its reason."""

    def decorated(check: Callable[[Row], None]) -> Any:
        def test() -> None:
            names, errors = [], []
            for row in rows:
                try:
                    check(row)
                except (Exception, pytest.fail.Exception) as error:
                    error.add_note(f"of {name(row)}")
                    names.append(name(row))
                    errors.append(error)
            assert list(rows), "there is no row"
            if errors:
                raise BaseExceptionGroup(f"{len(errors)} fail: {', '.join(names)}", errors)

        test.__name__, test.__module__, test.__doc__ = check.__name__, check.__module__, check.__doc__
        test.rows, test.place_as = rows, check  # the second is where pytest says that it stands
        return test

    return decorated
