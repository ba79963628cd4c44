"""What stacks cost, in Markdown: with the arithmetic, or beside what they cost before for a pull request's comment."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from costs.document import document
from costs.estimate import Estimate, estimate_in
from preview import words
from preview.engine import record_stack
from preview.markdown import table
from preview.revisions import record_at

Rows = Mapping[str, float | None]  #: USD a month; None where no price is known of something in the row
NOTHING = Estimate("", (), (), {}, None)
Pair = tuple[float | None, float | None]  #: of a row, now and before


def estimated(stack: str, folder: Path, revision: str = "") -> Estimate:
    """The estimate of a stack, as its files are now or as a revision has them.

    The assumptions on use are today's. A stack that the revision does not have costs nothing.
    Raises PreviewError, and ValueError of usage.yaml.
    """
    recording = record_at(revision, stack, folder) if revision else record_stack(stack, folder=folder, known=True)
    return estimate_in(folder, recording) if recording else NOTHING


def rows(found: Estimate) -> Rows:
    """What a stack costs, by row."""
    return {row["row"]: row["usd"] for row in document(found)["rows"]}


def comment(found: Estimate, before: Estimate | None = None, revision: str = "") -> str:
    """Sum, budget and what the sum leaves out; then the arithmetic, or the comparison with a revision."""
    costs = document(found)
    pairs: Mapping[str, Pair] = _pairs(rows(found), rows(before)) if before else {}
    changed = f", {whole_change(found.total, before.total, pairs.values())} against {revision}" if before else ""
    whole = (
        "The sum is not known."
        if words.total(costs) is None
        else f"About **{words.amount(costs)}** at list prices{changed}."
    )
    said = [whole, *filter(None, [most(found), budget(found)]), *notes(found), *words.unsure(costs)]
    if before:
        said.append("Both are at today's prices, and with what usage.yaml assumes today.")
    if found.budget is None:
        said.append("The stack has no budget (`cloudplatform:budget`).")
    behind = _compared(pairs, revision) if before else arithmetic(found)
    return f"{' '.join(said)}\n\n<details><summary>Cost by row</summary>\n\n{behind}\n\n</details>\n"


def most(found: Estimate) -> str:
    """What the upper limits cost, where that is more."""
    return f"At most {words.most(document(found))}." if found.growth > 0 else ""


def budget(found: Estimate) -> str:
    """The share of its budget that a stack takes; empty without a budget or without prices."""
    share = words.budget(document(found))
    return f"Of the budget `{words.bar(found.total, found.budget)}` {share}." if found.budget and share else ""


def notes(found: Estimate) -> Iterator[str]:
    """What is not in the sum."""
    if found.unpriced:
        yield f"Not in it, for no price is known: {', '.join(f'`{each}`' for each in found.unpriced)}."
    if found.unassumed:
        costs = document(found)
        yield f"{words.unassumed(costs)}. Write {words.to_write(costs)}."


def arithmetic(found: Estimate) -> str:
    """Every line: a quantity, hours and a price; what is assumed says so."""
    lines: list[list[object]] = []
    for row in found.rows:
        for line in (each for each in found.lines if each.row == row):
            hours = f"{line.hours:g}" if line.hours != 1 else ""
            what = line.what if line.counted else f"{line.what} (assumed)"
            unit = "no price known" if line.unit is None else f"{line.unit:.10g}"
            lines.append([row, what, f"{line.quantity:g}", hours, unit, words.usd(line.usd)])
    lines.append(["**Sum**", "", "", "", "", f"**{words.usd(words.total(document(found)))}**"])
    return table(["row", "what", ">quantity", ">hours", ">price", ">USD a month"], lines)


def _pairs(now: Rows, before: Rows) -> Mapping[str, Pair]:
    return {row: (now.get(row, 0.0), before.get(row, 0.0)) for row in dict.fromkeys([*now, *before])}


def _compared(pairs: Mapping[str, Pair], revision: str) -> str:
    lines = [[row, words.usd(now), change(now, before)] for row, (now, before) in pairs.items()]
    return table(["row", ">USD a month", f">against {revision}"], lines)


def whole_change(now: float | None, before: float | None, pairs: Iterable[Pair]) -> str:
    """The change of the whole sum, in words. It is not known if a row has a price on one side only.

    `now` and `before` are the sums of everything with a known price; `pairs` are the rows of both.
    """
    known = all((one is None) == (other is None) for one, other in pairs)
    return change(now, before if known else None)


def change(now: float | None, before: float | None) -> str:
    """How much more it is now, in words."""
    if now is None or before is None:
        return "not known"
    return f"{difference:+.2f}" if (difference := round(now - before, 2)) else "no change"
