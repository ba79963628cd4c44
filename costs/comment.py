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

Rows = Mapping[str, float]  #: USD a month


def rows(stack: Recording) -> Rows:
    """What a stack costs at its least, by row."""
    found = estimate(stack)
    return {row: found.row(row) for row in found.rows}


def comment(now: Rows, before: Rows | None) -> str:
    """The sum, what it changes, and the rows behind it."""
    change, head = "main's could not be computed", ["row", ">USD a month"]
    lines = {row: [row, f"{now.get(row, 0):.2f}"] for row in [*now, *(before or {})]}
    if before is not None:
        change = f"{_change(_sum(now), _sum(before))} against main"
        head.append(">against main")
        for row, line in lines.items():
            line.append(_change(now.get(row, 0), before.get(row, 0)))
    total = f"About **{_sum(now):.2f} USD a month** at list prices, {change}."
    return f"{total}\n\n<details><summary>Cost by row</summary>\n\n{table(head, lines.values())}\n\n</details>\n"


def _change(now: float, before: float) -> str:
    return f"{difference:+.2f}" if (difference := round(now - before, 2)) else "no change"


def _sum(found: Rows) -> float:
    return round(sum(found.values()), 2)


def main(stack: str, before: str | None = None) -> None:
    """Answers the command line."""
    if before == "--rows":
        sys.stdout.write(json.dumps(rows(record_stack(stack, known=True))))
    else:
        text = Path(before).read_text() if before else ""
        sys.stdout.write(comment(rows(record_stack(stack, known=True)), json.loads(text) if text else None))
