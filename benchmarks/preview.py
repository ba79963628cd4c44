"""What the offline preview costs, held against the bare program. Run it alone: `python benchmarks/preview.py`.

Targets: one stack in no more than 1.5 times the bare program's wall time plus 1 s for the pack, and under 500 MB; all
stacks in one process in less than twice one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
ONE = "prod"
BARE = (str(ROOT / "benchmarks" / "bare.py"), ONE)
PREVIEW = ("-m", "preview")


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float  #: wall time
    megabytes: float  #: the largest that any of its processes ever was


def measured(arguments: Sequence[str]) -> Cost:
    """Run Python once and wait for it."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: the policy pack refuses the stack, which costs the same
        raise SystemExit(f"{' '.join(arguments)} ended with status {process.returncode}")
    return Cost(time.perf_counter() - began, usage.ru_maxrss / 1024)


def middle(arguments: Sequence[str], runs: int) -> Cost:
    """The median of several runs, the first of which fills the caches and does not count."""
    measured(arguments)
    costs = [measured(arguments) for _ in range(runs)]
    return Cost(statistics.median(cost.seconds for cost in costs), max(cost.megabytes for cost in costs))


def main() -> int:
    """Measure, print a table, and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="Measures the offline preview.")
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each command (default: 3)")
    runs = parser.parse_args().runs
    stacks = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
    bare, one, everything = (middle(command, runs) for command in (BARE, (*PREVIEW, ONE), (*PREVIEW, *stacks)))
    held = [
        (f"the bare program, {ONE}", bare.seconds, "s", None),
        (f"preview of {ONE}", one.seconds, "s", 1.5 * bare.seconds + 1),
        (f"preview of {ONE}, peak memory", one.megabytes, "MB", 500),
        (f"preview of {', '.join(stacks)}", everything.seconds, "s", 2 * one.seconds),
    ]
    table = Table("", "measured", "at most", "")
    for name, value, unit, most in held:
        verdict = "" if most is None else "✔" if value <= most else "✖"
        table.add_row(name, f"{value:.1f} {unit}", "" if most is None else f"{most:.1f} {unit}", verdict)
    Console().print(table)
    return int(any(most is not None and value > most for _, value, _, most in held))


if __name__ == "__main__":
    sys.exit(main())
