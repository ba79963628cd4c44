"""What a stack costs a month: the quantities of its recording, and what is assumed of its use, times list prices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final, Literal

from costs.free import free
from costs.kinds import COUNTED, Billed
from costs.prices import Price, price, regions
from costs.usage import USES, Assumed, UsageLine, Use, assumed, usage_line
from guard.aws.budgets import monthly_limit
from guard.model.graph import plain
from preview.figures import kind
from preview.lookup import of
from preview.recording import RecordedResource, Recording

Charge = Literal["priced", "by use", "free", "no price known"]

#: In which order the rows stand; others behind.
ROWS: Final = ("ECS Fargate", "RDS", "ElastiCache", "NAT", "ALB", "CloudWatch", "S3", "Other", "WAF")


#: Types that are billed by use.
USED: Final = frozenset(use.kind for use in USES)


@dataclass(frozen=True)
class CostLine:
    """A quantity with its price."""

    row: str
    what: str
    quantity: float
    hours: float  #: 1 where the price is a month's or a piece's
    price: str  #: its id in the price book
    region: str
    counted: bool = True  #: read from the recorded stack; else assumed

    @property
    def found(self) -> Price | None:
        """The price of one; None if it is not known."""
        return price(self.price, self.region)

    @property
    def unpriced(self) -> str:
        """What to look for in the price book, where no price is known."""
        if self.region in regions():
            return f"{self.row}: {self.price}"
        return f"anything in {self.region}: costs/prices.csv has {', '.join(regions())}"

    @property
    def unit(self) -> float | None:
        """USD for one; None if no price is known."""
        return self.found.usd if self.found else None

    @property
    def usd(self) -> float | None:
        """USD a month, rounded half up to a cent; None if no price is known. A quantity of 0 costs 0 at any price."""
        if not self.quantity:
            return 0.0
        if self.unit is None:
            return None
        exact = Decimal(str(self.quantity)) * Decimal(str(self.hours)) * Decimal(str(self.unit))
        return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Estimate:
    """The lines of a stack, and what they leave out."""

    stack: str
    lines: tuple[CostLine, ...]
    unassumed: tuple[Use, ...]  #: billed by use, of which nobody assumed anything
    charges: Mapping[str, Charge]  #: of every resource of AWS, by URN
    budget: float | None  #: USD a month that the stack's least budget allows
    own: Mapping[str, tuple[CostLine, ...]] = field(default_factory=dict[str, tuple[CostLine, ...]])  #: by URN
    growth: float = 0.0  #: USD a month that scaling and growing may add
    usage: UsageLine = field(default_factory=lambda: UsageLine(""))

    @property
    def total(self) -> float:
        """The sum of all whose price is known."""
        return round(sum(line.usd or 0 for line in self.lines), 2)

    @property
    def baseline(self) -> float:
        """The part of it that does not depend on use."""
        return round(sum(line.usd or 0 for line in self.lines if line.counted), 2)

    @property
    def most(self) -> float:
        """The sum with all the tasks and gigabytes that scaling and growing may make of it."""
        return round(self.total + self.growth, 2)

    @property
    def unpriced(self) -> list[str]:
        """What the sum leaves out, because no price is known. A region without any price is named once."""
        return list(dict.fromkeys(line.unpriced for line in self.lines if line.usd is None))

    @property
    def over(self) -> bool:
        """Whether what is known is more than the budget allows."""
        return self.budget is not None and self.total > self.budget

    def row(self, name: str) -> float:
        """The sum of a row, of what has a price."""
        return round(sum(line.usd or 0 for line in self.lines if line.row == name), 2)

    @property
    def rows(self) -> list[str]:
        """Those that stand in it, in their order."""
        there = dict.fromkeys(line.row for line in self.lines)
        return [row for row in dict.fromkeys([*ROWS, *there]) if row in there]


def estimate(stack: Recording, use: Assumed, most: bool = False) -> Estimate:
    """The estimate of a stack with the tasks and gigabytes that it starts with; with `most`, at its upper limits.

    Use is as assumed. What depends on use and has no assumption is listed, and not in the sum.
    """
    resources = [each for each in stack.resources.values() if each.package == "aws" and not each.read]
    charges: dict[str, Charge] = {}
    lines_of: dict[str, tuple[CostLine, ...]] = {}
    parts: list[tuple[str, Billed]] = []
    for each in sorted(resources, key=_order):
        own = list(_parts(stack, each, most))
        region = _region(stack, each)
        parts += [(region, part) for part in own]
        lines_of[each.urn] = tuple(_merged([(region, part) for part in own]))
        charges[each.urn] = _charge(stack, each, own)
    used = [each for each in USES if any(each.where(it) for it in of(stack, each.kind))]
    lines = [*_merged(parts), *_assumed(stack, used, use)]
    unassumed = {each.word: each for each in used if each.word not in use}
    limits = [monthly_limit(plain(each.inputs)).usd for each in of(stack, "budgets.Budget")]
    lines.sort(key=lambda line: ROWS.index(line.row) if line.row in ROWS else len(ROWS))
    least = min((limit for limit in limits if limit is not None), default=None)
    growth = 0.0 if most else _growth(stack, resources, parts)
    return Estimate(stack.stack, tuple(lines), tuple(unassumed.values()), charges, least, lines_of, growth,
                    UsageLine(stack.stack))  # fmt: skip


def estimate_in(folder: Path, stack: Recording, most: bool = False) -> Estimate:
    """The estimate of a stack with what usage.yaml of the project's folder assumes. Raises ValueError as it does."""
    found = estimate(stack, assumed(folder, stack.stack), most)
    return replace(found, usage=usage_line(folder, stack.stack, found.unassumed))


def _growth(stack: Recording, resources: list[RecordedResource], least: list[tuple[str, Billed]]) -> float:
    """What the upper limits cost more than what a stack starts with."""
    most = [(_region(stack, each), part) for each in resources for part in _parts(stack, each, True)]
    more, less = (sum(line.usd or 0 for line in _merged(parts)) for parts in (most, least))
    return round(more - less, 2)


def _order(resource: RecordedResource) -> int:
    return list(COUNTED).index(kind(resource.type)) if kind(resource.type) in COUNTED else len(COUNTED)


def _region(stack: Recording, resource: RecordedResource) -> str:
    return str(resource.inputs.get("region") or resource.outputs.get("region") or stack.config.get("aws:region", ""))


def _parts(stack: Recording, resource: RecordedResource, most: bool) -> Iterator[Billed]:
    """What a resource costs even if nobody uses it. A type that this package does not know has no known price."""
    name = kind(resource.type)
    if name in COUNTED:
        try:
            yield from [*COUNTED[name](stack, resource, most)]
        except (KeyError, TypeError, ValueError):  # it hangs on what is unknown, or on what AWS fills in
            yield Billed("Other", f"`{name}` of a size that the program does not say", 1, name)
    elif not free(name) and name not in USED:
        yield Billed("Other", f"`{name}`", 1, name)


def _charge(stack: Recording, resource: RecordedResource, parts: list[Billed]) -> Charge:
    region = _region(stack, resource)
    if any(part.quantity and not price(part.price, region) for part in parts):
        return "no price known"
    if parts:
        return "priced"
    by_use = any(use.kind == kind(resource.type) and use.where(resource) for use in USES)
    return "by use" if by_use else "free"


def _merged(parts: list[tuple[str, Billed]]) -> Iterator[CostLine]:
    """One line for all parts with the same row, price, hours and region."""
    found: dict[tuple[object, ...], list[Billed]] = {}
    for region, part in parts:
        found.setdefault((part.row, part.what, part.price, part.hours, region), []).append(part)
    for (*_, region), alike in found.items():
        first, quantity = alike[0], round(sum(part.quantity for part in alike), 6)
        what = f"{len(alike)} × ({first.what})" if first.sized and len(alike) > 1 else first.what
        yield CostLine(first.row, what, quantity, first.hours, first.price, str(region))


def _assumed(stack: Recording, used: list[Use], use: Assumed) -> Iterator[CostLine]:
    region = stack.config.get("aws:region", "")
    for each in dict.fromkeys(use_._replace(kind="", where=bool) for use_ in used):
        if each.word in use:
            yield CostLine(each.row, each.what, use[each.word], each.hours, each.price, region, counted=False)
