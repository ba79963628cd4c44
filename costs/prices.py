"""The price book: AWS's public on-demand list prices, without tax, discount or free tier.

`prices.csv` has a line for each price and region: how sure it is, when it was read, and from what (`sources.csv`).
They were compiled from dated public copies of AWS's price lists and pricing pages. AWS's own pages decide.
`prices-since.csv` has those that were read from the same sources since.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

COMPILED: Final = "2026-11-21"
HOURS: Final = 730  #: of a month, as AWS's calculator counts
FOLDER: Final = Path(__file__).parent
EQUAL: Final = "EQ"  #: the source of a price that nobody read for its region: it is taken as us-east-1's


class Price(NamedTuple):
    """What a piece costs in one region."""

    usd: float
    unit: str
    sure: str  #: high: two copies or AWS's own page agree; medium: derived; low: not confirmed, check before use
    date: str  #: when it was read or published; empty where nobody says
    sources: tuple[str, ...]  #: of sources.csv


@cache
def book() -> dict[tuple[str, str], Price]:
    """Every price, by its id and region."""
    return _read("prices.csv") | _read("prices-since.csv")


def _read(name: str) -> dict[tuple[str, str], Price]:
    with (FOLDER / name).open(newline="") as file:
        return {
            (row["price"], row["region"]): Price(
                float(row["usd"]), row["unit"], row["sure"], row["date"], tuple(row["sources"].split())
            )
            for row in csv.DictReader(file)
        }


@cache
def regions() -> list[str]:
    """Those of which the book has prices."""
    return sorted({region for _, region in book()})


def price(id_: str, region: str) -> Price | None:
    """What a piece costs in a region; None if that is not known. Another region's price is none."""
    return book().get((id_, region))
