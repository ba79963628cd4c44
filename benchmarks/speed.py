"""What a preview costs, held against the build of commit 3c9d4bf, both run in turn. Run it alone on an idle machine.

    python benchmarks/speed.py                 # minutes
    python benchmarks/speed.py --tests         # also all tests of both builds, once each: half an hour

The older build is checked out into build/baseline and runs in the same virtual environment, so that nothing but our own
code differs. Every figure is a ratio of medians; a target is the most that it may be. Ends with 1 if one is missed.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import growth  # noqa: E402

BASELINE = "3c9d4bf"
OLD = ROOT / "build" / "baseline"
CHECKER = ROOT.parent / "shared" / "tools" / "provider-check" / "provider_check.py"
STACKS = ("dev", "staging", "prod", "shared")
ONE = "prod"
#: Both builds keep Python's own byte code, as Python does unless told otherwise: without it the older one compiles its
#: SDK in each run, which flatters today's.
PYTHON = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode")}
ENDS_WELL = (0, 1, 2)  #: 1: the policy pack refuses the stack; 2: a mistake in the stack file; both are answers


@dataclass(frozen=True)
class Cost:
    """What one command took, with all processes that it waited for."""

    cpu: float  #: seconds
    wall: float  #: seconds
    megabytes: float  #: the largest of its processes


@dataclass(frozen=True)
class Figure:
    """One figure and the most that it may be."""

    name: str
    value: float
    most: float
    unit: str = ""


def run(arguments: Sequence[str], folder: Path = ROOT, **environment: str) -> Cost:
    """Run Python once in a build's folder and wait for it."""
    paths = os.pathsep.join(map(str, (folder, folder / "policy")))
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**PYTHON, "PYTHONPATH": paths, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ENDS_WELL:
        raise SystemExit(f"{' '.join(arguments)} in {folder} ended with status {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        statistics.median(each.cpu for each in costs),
        statistics.median(each.wall for each in costs),
        statistics.median(each.megabytes for each in costs),
    )


def pairs(new: Sequence[str], old: Sequence[str], runs: int) -> tuple[Cost, Cost]:
    """A command of this build and one of the older, in turn; the first of each fills the caches and does not count."""
    run(new)
    run(old, OLD)
    both = [(run(new), run(old, OLD)) for _ in range(runs)]
    return middle([each for each, _ in both]), middle([each for _, each in both])


def check_out() -> None:
    """The older build, in its folder."""
    if not OLD.exists():
        OLD.parent.mkdir(exist_ok=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(OLD), BASELINE], cwd=ROOT, check=True)


def previews(runs: int) -> list[Figure]:
    """One stack, from the command to the verdict."""
    new, old = pairs(("-m", "preview", ONE), ("-m", "preview", ONE), runs)
    return [
        Figure(f"CPU of a preview of {ONE}, of the older build's", new.cpu / old.cpu, 0.45),
        Figure("its peak memory, likewise", new.megabytes / old.megabytes, 0.75),
    ]


def reports(runs: int) -> list[Figure]:
    """Text, JSON and page of one stack at once, against the text alone."""
    with tempfile.TemporaryDirectory() as folder:
        out = [part for name in ("page.html", "page.json") for part in ("--out", str(Path(folder) / name))]
        text, every = ("-m", "preview", ONE), ("-m", "preview", ONE, "--out", str(Path(folder) / "page.txt"), *out)
        run(text)
        run(every)
        both = [(run(every), run(text)) for _ in range(runs)]
    whole, alone = (middle(each) for each in zip(*both, strict=True))
    return [Figure(f"CPU of text, JSON and page of {ONE}, of the text alone", whole.cpu / alone.cpu, 1.25)]


def mistakes(runs: int) -> list[Figure]:
    """A word that nobody knows, in a stack file."""
    wrong: list[str] = []
    for folder in (ROOT, OLD):
        file = folder / "build-wrong.yaml"
        file.write_text((folder / f"Pulumi.{ONE}.yaml").read_text().replace("multi-az:", "multi-as:"))
        wrong.append(str(file))
    try:
        (new, old) = pairs(
            ("-m", "preview", ONE, "--config-file", wrong[0]), ("-m", "preview", ONE, "--config-file", wrong[1]), runs
        )
        check = middle([run(("-m", "preview", *STACKS, "--check")) for _ in range(runs)])
    finally:
        for file in wrong:
            Path(file).unlink()
    return [
        Figure("CPU until a mistake is answered, of the older build's", new.cpu / old.cpu, 0.12),
        Figure("CPU of --check of four stacks, of a mistake in the older build", check.cpu / old.cpu, 0.15),
    ]


def watching(runs: int) -> list[Figure]:
    """From the save of a stack file to the new verdict, against a preview that starts from nothing."""
    file = ROOT / "build" / "Pulumi.watched.yaml"
    file.parent.mkdir(exist_ok=True)
    text = (ROOT / f"Pulumi.{ONE}.yaml").read_text()
    file.write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "preview", ONE, "--watch", "--config-file", str(file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    took: list[float] = []
    try:
        verdict(process.stdout)
        for turn in range(runs):
            time.sleep(1)
            began = time.perf_counter()
            file.write_text(f"{text}# {turn}\n")
            verdict(process.stdout)
            took.append(time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        file.unlink()
    cold_new, cold_old = pairs(("-m", "preview", ONE), ("-m", "preview", ONE), runs)
    return [
        Figure("--watch: wall time from save to verdict, of a cold preview of the older build",
            statistics.median(took) / cold_old.wall, 0.25),
        Figure("  the same, of a cold preview of this build (no target)", statistics.median(took) / cold_new.wall, 1),
    ]  # fmt: skip


def verdict(lines: Iterable[str]) -> None:
    """Read up to the next verdict."""
    for line in lines:
        if line.startswith("cloudplatform "):
            return
    raise SystemExit("the preview that watches ended")


TIMED = """\
#!{python}
import resource, subprocess, sys, time
began = time.perf_counter()
status = subprocess.run([{terraform!r}, *sys.argv[1:]]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open({log!r}, "a") as log:
    print(sys.argv[1], time.perf_counter() - began, usage.ru_utime + usage.ru_stime, file=log)
sys.exit(status)
"""


def terraform(runs: int) -> list[Figure]:
    """The same resources through `terraform validate` and `terraform plan`, as provider-check asks them."""
    found = shutil.which("terraform")
    if not found or not CHECKER.is_file():
        Console().print("terraform or provider-check is not here: its row is left out")
        return []
    with tempfile.TemporaryDirectory() as folder:
        log, timed = Path(folder) / "log", Path(folder) / "terraform"
        timed.write_text(TIMED.format(python=sys.executable, terraform=found, log=str(log)))
        timed.chmod(0o755)
        run((str(CHECKER), "--stack", ONE), PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
        took = [line.split() for line in log.read_text().splitlines()]
    cpu = sum(float(each[2]) for each in took if each[0] in ("validate", "plan"))
    new = middle([run(("-m", "preview", ONE)) for _ in range(runs)])
    return [Figure("CPU of a preview, of terraform validate + plan of the same resources", new.cpu / cpu, 0.2)]


def fresh(_: int) -> list[Figure]:
    """A clone, its installation and its first preview; packages come from the index or its local cache."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), f"{folder}/clone"], check=True)
        began = time.perf_counter()
        subprocess.run(["make", "preview", "STACK=dev"], cwd=f"{folder}/clone", stdout=subprocess.DEVNULL, check=True)
        return [Figure("first preview of a fresh clone, installation included", time.perf_counter() - began, 30, "s")]


def growing(_: int) -> list[Figure]:
    """Recording, pack and report of a program with up to 10,000 resources."""
    exponent, peak = growth.grown(growth.SIZES)
    return [
        Figure(f"growth to {growth.SIZES[-1]:,} resources, exponent", exponent, growth.EXPONENT),
        Figure("  peak memory of the largest", peak, growth.MEGABYTES, " MB"),
    ]


def tests(_: int) -> list[Figure]:
    """All tests of both builds, and those that both have. The recordings that tests share are made anew."""
    shutil.rmtree(ROOT / "build" / "recordings", ignore_errors=True)
    (new, now), (old, then) = tested(ROOT, "--dist", "loadfile"), tested(OLD)  # as each build's `make test`
    both = now.keys() & then.keys()
    of_both = sum(now[each] for each in both) / sum(then[each] for each in both)
    return [
        Figure(
            f"CPU of make test: {len(now):,} tests in {new.cpu:.0f} s, the older {len(then):,} in {old.cpu:.0f} s",
            new.cpu / old.cpu,
            0.6,
        ),
        Figure(f"  of the {len(both):,} tests that both have", of_both, 0.6),
    ]


def tested(folder: Path, *options: str) -> tuple[Cost, dict[str, float]]:
    """What all tests of a build took, and each of them: CPU seconds by node id."""
    command = ("-m", "pytest", "-n", "auto", *options, "-q", "-p", "no:cacheprovider", "-p", "cpu_by_test")
    with tempfile.TemporaryDirectory() as written:
        paths = os.pathsep.join(map(str, (folder, folder / "policy", ROOT / "benchmarks")))
        took = run(command, folder, PYTHONPATH=paths, CPU_BY_TEST=written)
        tables = [json.loads(each.read_text()) for each in Path(written).glob("*.json")]
    return took, {name: cpu for table in tables for name, cpu in table.items()}


MEASURED: Mapping[str, Callable[[int], list[Figure]]] = {
    "previews": previews,
    "mistakes": mistakes,
    "reports": reports,
    "watching": watching,
    "terraform": terraform,
    "fresh": fresh,
    "growing": growing,
}


def main() -> int:
    """Measure, print a table, and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="Measures previews against the build of " + BASELINE)
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each command (default: 3)")
    parser.add_argument("--only", nargs="+", choices=MEASURED, default=list(MEASURED), help="default: all")
    parser.add_argument("--tests", action="store_true", help="also all tests of both builds, once each")
    given = parser.parse_args()
    check_out()
    chosen = [*(MEASURED[name] for name in given.only), *([tests] if given.tests else [])]
    rows = [row for measure in chosen for row in measure(given.runs)]
    table = Table("", "measured", "at most", "reached")
    for row in rows:
        table.add_row(
            row.name, f"{row.value:.2f}{row.unit}", f"{row.most:g}{row.unit}", "yes" if row.value <= row.most else "no"
        )
    if not given.tests:
        table.add_row("CPU of make test, of the older build's", "with --tests", "0.6", "")
    Console().print(table)
    return int(any(row.value > row.most for row in rows))


if __name__ == "__main__":
    sys.exit(main())
