"""What a change costs, in Markdown for a pull request's comment: `python -m costs STACK [BEFORE]`.

With --rows it writes the rows alone, as JSON; such a file, written by the program as it was, is BEFORE.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from costs.estimate import estimate
from preview.engine import record_stack
from preview.markdown import table
from preview.recording import Recording

Rows = Mapping[str, float | None]  #: USD a month; None where no price is known of something in the row


def rows(stack: Recording) -> Rows:
    """What a stack costs at its least, by row."""
    found = estimate(stack)
    unpriced = {line.row for line in found.lines if line.usd is None}
    return {row: None if row in unpriced else found.row(row) for row in found.rows}


def comment(now: Rows, before: Rows | None) -> str:
    """The sum, what it changes, and the rows behind it."""
    change, head = "main's could not be computed", ["row", ">USD a month"]
    lines = {row: [row, _usd(now.get(row, 0))] for row in [*now, *(before or {})]}
    if before is not None:
        change = f"{_change(_sum(now), _sum(before))} against main"
        head.append(">against main")
        for row, line in lines.items():
            line.append(_change(now.get(row, 0), before.get(row, 0)))
    unknown = [row for row, usd in now.items() if usd is None]
    without = f" Without {', '.join(unknown)}: no price is known of all of it." if unknown else ""
    total = f"About **{_sum(now):.2f} USD a month** at list prices, {change}.{without}"
    return f"{total}\n\n<details><summary>Cost by row</summary>\n\n{table(head, lines.values())}\n\n</details>\n"


def _usd(value: float | None) -> str:
    return "no price known" if value is None else f"{value:.2f}"


def _change(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return "not known"
    return f"{difference:+.2f}" if (difference := round(now - before, 2)) else "no change"


def _sum(found: Rows) -> float:
    return round(sum(usd or 0 for usd in found.values()), 2)


def main(stack: str, before: str | None = None) -> None:
    """Answers the command line."""
    if before == "--rows":
        sys.stdout.write(json.dumps(rows(record_stack(stack, known=True))))
    else:
        text = Path(before).read_text() if before else ""
        sys.stdout.write(comment(rows(record_stack(stack, known=True)), json.loads(text) if text else None))
