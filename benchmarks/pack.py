"""What the policy pack costs, and how that grows with the stack. Run it alone: `python benchmarks/pack.py`.

A real stack is recorded once and repeated, each copy with names of its own, until it has 100 to 10,000 resources; each
size is put to the pack over the SDK's own servicer, as the engine does. Targets: under 3 ms a resource, and growth no
worse than linear: the largest stack costs at most 1.25 times as much a resource as the one of 1,000. Then two networks
that are large in one place (`networks.py`), each of which the rules must judge within 3 s.
"""

import argparse
import gc
import json
import os
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "policy")]

from benchmarks import networks  # noqa: E402
from guard.cli.state import read  # noqa: E402
from guard.crossguard.configuration import Chosen, rule_sets  # noqa: E402
from guard.crossguard.pack import COLLECTION, policies  # noqa: E402
from guard.crossguard.verdict import Terms, weigh  # noqa: E402
from guard.model.graph import Stack  # noqa: E402
from guard.model.rule import RULES, Profile  # noqa: E402
from preview import pack as asking  # noqa: E402
from preview.engine import record_stack  # noqa: E402
from preview.export import export  # noqa: E402
from preview.recorder import record  # noqa: E402

SIZES = (100, 300, 1_000, 3_000, 10_000)
MOST = 3.0  # milliseconds a resource
GROWTH = 1.25
NETWORK = 3.0  # seconds for all rules on the whole stack

Requests = tuple[list[analyzer_pb2.AnalyzeRequest], analyzer_pb2.AnalyzeStackRequest]


def renamed(message: Any, number: int) -> Any:
    """A copy of a request with every URN and name of the stack's own made another's.

    The project's name stands in all of them. It is exchanged for one of the same length, so the encoding stays whole.
    """
    text: bytes = message.SerializePartialToString()
    return type(message).FromString(text.replace(b"cloudplatform", b"copy%09d" % number))


def requests(stack: str, size: int) -> Requests:
    """The engine's requests for a stack of `size` resources, made of copies of a real one."""
    recording = record_stack(stack)
    resources = list(recording.resources.values())
    one = [asking._request(recording, each) for each in resources if not each.read]  # pyright: ignore[reportPrivateUsage]
    all_of_it = [asking._member(recording, each) for each in resources]  # pyright: ignore[reportPrivateUsage]
    copies = -(-size // len(resources))
    singles = [renamed(each, copy) for copy in range(copies) for each in one][:size]
    members = [renamed(each, copy) for copy in range(copies) for each in all_of_it][:size]
    return singles, analyzer_pb2.AnalyzeStackRequest(resources=members)


def cost(given: Requests, profile: Profile) -> tuple[float, float]:
    """Seconds that the pack takes for the resources one by one, and for the whole stack."""
    chosen = policies(today=date(2026, 3, 1), chosen=Chosen(profile))
    servicer = _PolicyAnalyzerServicer("benchmark", "0.0.1", chosen, EnforcementLevel.ADVISORY)
    singles, whole = given
    gc.collect()
    began = time.perf_counter()
    for each in singles:
        servicer.Analyze(each, None)
    middle = time.perf_counter()
    servicer.AnalyzeStack(whole, None)
    return middle - began, time.perf_counter() - middle


def of_networks(profile: Profile) -> bool:
    """Measure the rules on the large networks, without the SDK, print a table, and say whether all keep their target.

    Every id is known: ranges and ports are what costs, and how the engine hands resources over is measured above.
    """
    table = Table("network", "resources", "rules, s", f"at most {NETWORK:g}")
    terms = Terms(tuple(rule_sets(RULES.values(), profile)))
    kept = True
    for name, program in networks.SHAPES.items():
        recording = record(program, project="network", stack="large", config={"aws:region": "eu-west-1"}, known=True)
        (state,) = read(json.dumps(export(recording)), name)
        gc.collect()
        began = time.perf_counter()
        weigh(Stack(state.resources), terms)
        took = time.perf_counter() - began
        kept = kept and took <= NETWORK
        table.add_row(name, f"{len(state.resources):,}", f"{took:.2f}", "✔" if took <= NETWORK else "✖")
    Console().print(table)
    return kept


def main() -> int:
    """Measure, print a table, and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="Measures the policy pack.")
    parser.add_argument("--stack", default="prod", help="the stack that is repeated (default: prod)")
    parser.add_argument("--profile", default="baseline", choices=list(Profile), help="default: baseline")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of resources")
    given = parser.parse_args()
    os.chdir(ROOT)
    gc.set_threshold(*COLLECTION)  # as the pack's own process does
    cost(requests(given.stack, 100), Profile(given.profile))  # what is loaded once does not count
    table = Table("resources", "one by one, ms each", "whole stack, ms each", "together", f"at most {MOST}")
    found: dict[int, float] = {}
    for size in given.sizes:
        single, whole = (seconds / size * 1000 for seconds in cost(requests(given.stack, size), Profile(given.profile)))
        found[size] = single + whole
        verdict = "✔" if found[size] <= MOST else "✖"
        table.add_row(f"{size:,}", f"{single:.2f}", f"{whole:.2f}", f"{found[size]:.2f}", verdict)
    growth = found[max(found)] / found.get(1_000, found[min(found)])
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth from 1,000 to {max(found):,}: {growth:.2f} (at most {GROWTH}); peak memory {peak:.0f} MB")
    kept = of_networks(Profile(given.profile))
    return int(growth > GROWTH or any(each > MOST for each in found.values()) or not kept)


if __name__ == "__main__":
    sys.exit(main())
