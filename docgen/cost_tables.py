"""The tables of what stacks cost: of the main system's beside its requirements, and of each system's."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from costs.comment import arithmetic, notes
from costs.document import document
from costs.estimate import Estimate, estimate_in
from costs.hours import running
from costs.prices import COMPILED, HOURS, price
from docgen.reading import ENVIRONMENTS, ROOT, STACKS
from preview.lookup import Recordings
from preview.markdown import table
from preview.words import unsure

Estimates = Mapping[str, Estimate]  #: by stack

#: What the requirements expect of each environment: their table in USD a month, and the range of its sum.
EXPECTED = {
    "dev": {"ECS Fargate": 10, "RDS": 15, "ElastiCache": 15, "NAT": 35, "ALB": 20, "CloudWatch": 5, "S3": 1}
    | {"Other": 5},
    "staging": {"ECS Fargate": 45, "RDS": 40, "ElastiCache": 30, "NAT": 35, "ALB": 20, "CloudWatch": 10, "Other": 10},
    "prod": {"ECS Fargate": 130, "RDS": 120, "ElastiCache": 70, "NAT": 100, "ALB": 25, "CloudWatch": 20, "WAF": 15}
    | {"Other": 20},
}
RANGES = {"dev": (80, 120), "staging": (150, 200), "prod": (400, 600)}


def estimates(stacks: Recordings, folder: Path, most: bool = False) -> Estimates:
    """Of every stack of the project in a folder."""
    return {name: estimate_in(folder, stack, most) for name, stack in stacks.items()}


# The main system.


def main_estimates(stacks: Recordings, most: bool = False) -> Estimates:
    """In the rows of the requirements: where their table has none for S3, buckets are among the others."""
    return {name: _folded(each) for name, each in estimates(stacks, ROOT, most).items()}


def _folded(found: Estimate) -> Estimate:
    if "S3" in EXPECTED.get(found.stack, {"S3": 0}):
        return found
    return replace(found, lines=tuple(replace(each, row="Other") if each.row == "S3" else each for each in found.lines))


def costs(stacks: Recordings, stack: str) -> str:
    """Every line of a stack's estimate; what is assumed says so."""
    found = main_estimates({stack: stacks[stack]})[stack]
    return "\n\n".join([arithmetic(found), *notes(found)])


def compared(stacks: Recordings) -> str:
    """The requirements' rows beside ours."""
    found = main_estimates(stacks)
    names = list(dict.fromkeys(row for each in ENVIRONMENTS for row in [*EXPECTED[each], *found[each].rows]))
    rows = [[row, *(cell for each in ENVIRONMENTS for cell in _pair(found[each], row))] for row in names]
    own = {each: _own(found[each]) for each in ENVIRONMENTS}
    rows.append(["**Sum of the rows that the range was made of**",
                 *(cell for each in ENVIRONMENTS for cell in (_between(each), f"**{own[each]:.2f}**"))])  # fmt: skip
    rows.append(["**Sum of all**", *(cell for each in ENVIRONMENTS for cell in ("", f"**{found[each].total:.2f}**"))])
    heads = [head for each in ENVIRONMENTS for head in (f">{each}, expected", f">{each}, here")]
    return table(["row", *heads], rows)


def _own(estimate: Estimate) -> float:
    """Without what the requirements' tables leave out: endpoints (N-07) and public addresses (N-34)."""
    return round(estimate.total - estimate.row("VPC endpoints") - estimate.row("Public IPv4"), 2)


def _between(stack: str) -> str:
    low, high = RANGES[stack]
    return f"{low} to {high}"


def _pair(estimate: Estimate, row: str) -> tuple[str, str]:
    expected = EXPECTED[estimate.stack].get(row)
    here = f"{estimate.row(row):.2f}" if row in estimate.rows else ""
    return (str(expected) if expected else "", here)


def forecast(stacks: Recordings) -> str:
    """A month at the least, and with all that scaling may start."""
    least, most = main_estimates(stacks), main_estimates(stacks, most=True)
    rows: list[list[object]] = [
        [each, f"{least[each].total:.2f}", f"{most[each].total:.2f}", _budget(least[each])] for each in STACKS
    ]
    sums = [round(sum(each.total for each in found.values()), 2) for found in (least, most)]
    rows.append(["**all, a month**", *(f"**{each:.2f}**" for each in sums), ""])
    rows.append(["**all, a year**", *(f"**{each * 12:.2f}**" for each in sums), ""])
    return table(["stack", ">at the least", ">at most", ">budget"], rows)


def _budget(found: Estimate) -> str:
    return f"{found.budget:g}" if found.budget else ""


def savings(stacks: Recordings) -> str:
    """What was saved, and what could be."""
    found = main_estimates(stacks)
    nights = {each: round(found["dev"].row(each), 2) for each in ("ECS Fargate", "RDS")}
    always = round(sum((line.usd or 0) * (HOURS / running(stacks["dev"]) if line.hours not in (1, HOURS) else 1)
                       for line in found["dev"].lines if line.row in nights), 2)  # fmt: skip
    gateway = round((_usd("nat_gateway.hour") + _usd("public_ipv4")) * HOURS, 2)
    zone = round(_usd("vpc_endpoint.interface.hour") * HOURS, 2)
    shut = round(always - sum(nights.values()), 2)
    rows = [
        ["dev is shut down at night and on weekends", f"{always:.2f} − {sum(nights.values()):.2f}", f"{shut:.2f}"],
        ["one NAT gateway instead of three in dev and staging", f"2 × 2 × {gateway:.2f}", f"{4 * gateway:.2f}"],
        ["endpoints in one zone instead of three in dev and staging, two in prod", f"(2 × 2 + 1) × 7 × {zone:.2f}",
         f"{35 * zone:.2f}"],
    ]  # fmt: skip
    return table(["done", "how", ">USD a month"], rows)


def _usd(id_: str) -> float:
    found = price(id_, "us-east-1")
    assert found
    return found.usd


def prices(stacks: Recordings) -> str:
    """The list of prices that the estimates use."""
    return _prices(main_estimates(stacks).values())


def _prices(found: Iterable[Estimate]) -> str:
    used = dict.fromkeys((line.price, line.region) for each in found for line in each.lines)
    rows = [
        [f"`{id_}`", region, f"{known.usd:.10g}", known.unit, known.sure, known.date, " ".join(known.sources)]
        for id_, region in used if (known := price(id_, region))
    ]  # fmt: skip
    head = ["price", "region", ">USD", "for a", "sure", "read or published", "from"]
    return f"Compiled {COMPILED}; what the sources are stands in `costs/sources.csv`.\n\n{table(head, rows)}"


# The systems below blueprints/.


def summary(stacks: Recordings, folder: Path) -> str:
    """A system's stacks side by side, by row; then what is not in the sums, and what they rest on."""
    least, most = estimates(stacks, folder), estimates(stacks, folder, most=True)
    names = list(dict.fromkeys(row for each in least.values() for row in each.rows))
    rows = [[row, *(_cell(each, row) for each in least.values())] for row in names]
    rows += [
        ["**Sum, at the least**", *(f"**{each.total:.2f}**{_more(each)}" for each in least.values())],
        ["of it without what use decides", *(f"{each.baseline:.2f}" for each in least.values())],
        ["with all that scaling may start", *(f"{each.total:.2f}" for each in most.values())],
        ["budget", *(_budget(each) for each in least.values())],
    ]
    notes_of = {name: [*notes(each), *unsure(document(each))] for name, each in least.items()}
    said = [f"`{name}`: {' '.join(text)}" for name, text in notes_of.items() if text]
    return "\n\n".join([table(["USD a month", *(f">{name}" for name in stacks)], rows), *said])


def _cell(found: Estimate, row: str) -> str:
    """The sum of a row; of what has no price it says that there is more."""
    here = [line for line in found.lines if line.row == row]
    more = " and more" if any(line.usd is None for line in here) else ""
    return f"{found.row(row):.2f}{more}" if here else ""


def _more(found: Estimate) -> str:
    return " and more" if found.unpriced else ""


def in_full(stacks: Recordings, folder: Path) -> str:
    """Every line of every stack, and the prices."""
    found = estimates(stacks, folder)
    parts = [f"## {name}\n\n{arithmetic(each)}" for name, each in found.items()]
    return "\n\n".join([*parts, f"## Prices\n\n{_prices(found.values())}"])
