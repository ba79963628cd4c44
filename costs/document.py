"""What a stack costs, as the part of the preview's document that `preview/schema.json` describes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from costs.estimate import CostLine, Estimate
from costs.prices import COMPILED, EQUAL
from preview.wire import Object

CURRENCY: Final = "USD"


def document(found: Estimate) -> Object:
    """An estimate as plain data; all sums are USD a month at list prices."""
    unpriced = {line.row for line in found.lines if line.usd is None}
    return {
        "currency": CURRENCY,
        "prices_of": COMPILED,
        "total": found.total,
        "baseline": found.baseline,
        "usage": round(found.total - found.baseline, 2),
        "most": found.most,
        "budget": found.budget,
        "over_budget": found.over,
        "rows": [{"row": row, "usd": None if row in unpriced else found.row(row)} for row in found.rows],
        "lines": [_line(line) for row in found.rows for line in found.lines if line.row == row],
        "unpriced": found.unpriced,
        "unassumed": [{"word": use.word, "what": use.what} for use in found.unassumed],
        "usage_line": found.usage._asdict(),
        "charges": dict(sorted(Counter(found.charges.values()).items())),
    }


def bills(found: Estimate) -> Mapping[str, Object]:
    """How each resource is billed, by URN, and what it costs a month by being there."""
    return {urn: {"charge": charge, "usd": _sum(found.own.get(urn, ()))} for urn, charge in found.charges.items()}


def _sum(lines: Sequence[CostLine]) -> float | None:
    """None if a line has no known price, and if there is no line."""
    known = [line.usd for line in lines if line.usd is not None]
    return round(sum(known), 2) if lines and len(known) == len(lines) else None


def _line(line: CostLine) -> Object:
    price = line.found
    return {
        "row": line.row,
        "what": line.what,
        "quantity": line.quantity,
        "hours": line.hours,
        "price": line.price,
        "region": line.region,
        "unit": line.unit,
        "usd": line.usd,
        "assumed": not line.counted,
        "sure": price.sure if price else "",
        "date": price.date if price else "",
        "taken_from": "us-east-1" if price and EQUAL in price.sources else "",
    }
