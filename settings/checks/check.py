"""A check, and how one is declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from settings.settings import Settings
from settings.tables.table import Complaint

Complaints = Callable[[Settings], Iterator[Complaint]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """What some tables must say about each other; it is asked only while none of them is broken in itself."""

    tables: tuple[str, ...]  #: the tables that it reads, by their keys in a stack file
    complaints: Complaints  #: what is wrong, each with its whole path

    def __call__(self, settings: Settings) -> Iterator[Complaint]:
        """What is wrong with the settings."""
        return self.complaints(settings)


def check(*tables: str) -> Callable[[Complaints], Check]:
    """Declare a function as the check that reads these tables."""
    return lambda complaints: Check(tables=tables, complaints=complaints)
