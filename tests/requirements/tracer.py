"""The requirement tracer: a pytest plugin that notes which requirements the tests of a run have proven.

A test names what it proves with `@pytest.mark.requirement("CP-NET-01", …)`. The stack is its parameter `stack`, or
those of the marker's `stacks=[…]`; a requirement that the ledger gives to `all` needs none. When the test passes,
(id, stack) is proven; when another test that names the pair fails, it is not. Skipped and expectedly failing tests
prove nothing. An id that no ledger has, or a stack that the ledger does not name for it, is an error at collection.

Each proof has a kind, by where the test stands and what it takes, or as its marker says with `kind=…`:
recorded (what the program registers), emulated (AWS is moto), unit (our own code alone), document (what is written in
this repository) and deployed (a stack in AWS, `pytest -m deployed --stack …`).

At the end of a run that has all of PROOFS the plugin prints the table and writes it to build/requirements.json.
"""

import json
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.requirements.ledger import AREAS, SYSTEM, Requirement, ledger, waiting

MARKER = "requirement"
KIND = f"{MARKER}-kind"
FILE = "build/requirements.json"
PROOFS = ("tests/requirements", "app/tests")  #: what must be run for a table to be whole, from the project's root
KINDS = ("recorded", "emulated", "unit", "document", "deployed")
#: The kind of what stands in a folder. Elsewhere a test that takes one of RECORDED is recorded, any other a document.
PLACES = {
    "tests/acceptance": "deployed",
    "tests/functions": "emulated",
    "tests/contracts": "unit",
    "app/tests": "unit",
    "tests/images": "unit",
}
RECORDED = {"platform", "first_preview", "stack"}
NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "collectonly")  #: options

Pair = tuple[str, str]  #: id and stack


class ClaimError(ValueError):
    """A test names a requirement that the ledger does not have like this."""


def claims(marks: Iterable[pytest.Mark], stack: object = None) -> list[Pair]:
    """What a test with these marks proves for a stack when it passes. Raises ClaimError."""
    return [pair for mark in marks for pair in _claims(mark, stack)]


def _claims(mark: pytest.Mark, stack: object) -> Iterable[Pair]:
    if not mark.args or mark.kwargs.keys() - {"stacks", "kind"} or mark.kwargs.get("kind", KINDS[0]) not in KINDS:
        raise ClaimError(
            "a requirement marker takes ids, a kind=…, and stacks=[…] if the test has no parameter `stack`"
        )
    stacks: Sequence[str] = mark.kwargs.get("stacks", [stack] if isinstance(stack, str) else [])
    for id_ in mark.args:
        found = ledger().get(id_)
        if not found:
            raise ClaimError(f"{id_} is in no ledger")
        yield from ((id_, each) for each in _stacks(found, [_own(found, stack) for stack in stacks]))


def _own(found: Requirement, stack: str) -> str:
    """The name of a stack inside its system, which must be the requirement's: `techcorp/production` is production."""
    system, _, name = stack.rpartition("/")
    if (system or SYSTEM) != found.system:
        raise ClaimError(f"{found.id} is {found.system}'s, and {stack} is a stack of {system or SYSTEM}")
    return name


def _stacks(found: Requirement, given: Sequence[str]) -> Sequence[str]:
    if found.stacks == ("all",):
        return found.stacks
    if not given:
        raise ClaimError(f"{found.id} holds for {', '.join(found.stacks)}, and the test names no stack")
    for stack in given:
        if stack not in found.stacks:
            raise ClaimError(f"{found.id} holds for {', '.join(found.stacks)}, not for {stack}")
    return given


def claimed(properties: Iterable[tuple[str, object]]) -> set[Pair]:
    """The claims that stand in a test's properties."""
    found = (str(value).split() for name, value in properties if name == MARKER)
    return {(id_, stack) for id_, stack in found}


def kind(item: pytest.Function) -> str:
    """What sort of proof a test is."""
    marked = next((mark.kwargs["kind"] for mark in item.iter_markers(MARKER) if "kind" in mark.kwargs), None)
    place = next((kind for place, kind in PLACES.items() if item.nodeid.startswith(f"{place}/")), None)
    return marked or place or ("recorded" if RECORDED & set(item.fixturenames) else "document")


class Tracer:
    """The plugin."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: dict[Pair, set[str]] = {}  #: with the kinds of their proofs
        self.lost: set[Pair] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Write each test's claims into its properties, which travel with its reports from xdist's workers."""
        made = yield
        for item in made if isinstance(made, list) else [made]:
            if isinstance(item, pytest.Function):
                stack = item.callspec.params.get("stack") if hasattr(item, "callspec") else None
                try:
                    found = claims(item.iter_markers(MARKER), stack)
                except ClaimError as error:
                    raise collector.CollectError(f"{item.name}: {error}") from None
                item.user_properties += [(MARKER, " ".join(pair)) for pair in found]
                item.user_properties += [(KIND, kind(item))] if found else []
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test proves, or no longer proves."""
        pairs = claimed(report.user_properties)
        if report.failed:
            self.lost |= pairs
        elif report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            kinds = {str(value) for name, value in report.user_properties if name == KIND}
            for pair in pairs:
                self.passed.setdefault(pair, set()).update(kinds)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Print and write the table, if the run was whole."""
        scope = "" if hasattr(self.config, "workerinput") else self.scope()
        stopped = exitstatus != pytest.ExitCode.OK and self.config.getoption("maxfail")
        if not scope or stopped or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        found = document({pair: kinds for pair, kinds in self.passed.items() if pair not in self.lost}, scope)
        file = self.config.rootpath / FILE
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(found, indent=1) + "\n")
        terminalreporter.section(f"requirements proven by {scope}")
        terminalreporter.write_line(tables(found))
        terminalreporter.write_line(f"written to {FILE}")

    def scope(self) -> str:
        """What was run, if all proofs were; else nothing."""
        if any(self.config.getoption(name, None) for name in NARROWING):
            return ""
        root = self.config.rootpath.resolve()
        given = [(self.config.invocation_params.dir / arg).resolve() for arg in self.config.args]
        whole = all(any((root / proofs).is_relative_to(place) for place in given) for proofs in PROOFS)
        return " ".join(place.relative_to(root).as_posix() for place in given if whole and place.is_relative_to(root))


def document(proven: Mapping[Pair, Iterable[str]], scope: str) -> dict[str, Any]:
    """What is written: the stacks that each requirement is proven for, and the kinds of proof in each."""
    stacks: dict[str, dict[str, list[str]]] = {}
    for (id_, stack), kinds in sorted(proven.items()):
        stacks.setdefault(id_, {})[stack] = sorted(kinds)
    return {"version": 2, "scope": scope, "proven": stacks}


def tables(found: dict[str, Any]) -> str:
    """A table a system, the main one first."""
    systems = dict.fromkeys(each.system for each in ledger().values())
    return "\n".join(table(found, system) for system in sorted(systems, key=lambda system: system != SYSTEM))


def table(found: dict[str, Any], system: str = SYSTEM) -> str:
    """By area and stack: proven of what must be; then what the areas that are built still lack, and why."""
    proven = {(id_, stack) for id_, stacks in found["proven"].items() for stack in stacks}
    rows = [each for each in ledger().values() if each.system == system]
    columns = list(dict.fromkeys(stack for each in rows for stack in each.stacks))
    lines = [f"\n{system}: {_whole(rows, proven)}", _line(["area", *columns, "should"])]
    built = AREAS if system == SYSTEM else list(dict.fromkeys(each.area for each in rows))
    areas = {area: [each for each in rows if each.area == area] for area in built}
    areas["later"] = [each for each in rows if each.area not in built]
    areas["all"] = rows
    for area, members in areas.items():
        musts = [
            _share([(each.id, stack) for each in members if each.must and stack in each.stacks], proven)
            for stack in columns
        ]
        should = _share([(each.id, stack) for each in members if not each.must for stack in each.stacks], proven)
        lines.append(_line([area, *musts, should]))
    lacking = _lacking(rows, proven) if system == SYSTEM else _unproven(rows, proven)
    return "\n".join([*lines, _kinds(found, {each.id for each in rows}), *lacking])


def _whole(rows: Sequence[Requirement], proven: set[Pair]) -> str:
    """How many musts are proven in every stack that the ledger names."""
    musts = [each for each in rows if each.must]
    whole = [each for each in musts if all((each.id, stack) in proven for stack in each.stacks)]
    return f"{len(whole)} of {len(musts)} musts proven in every stack"


def _unproven(rows: Sequence[Requirement], proven: set[Pair]) -> list[str]:
    """The musts that no test proves yet in some stack: those that wait for something, by what for, and the others."""
    found: dict[str, list[str]] = {}
    for each in (row for row in rows if row.must):
        lacking = [stack for stack in each.stacks if (each.id, stack) not in proven]
        if lacking:
            found.setdefault(waiting().get((each.id, lacking[0]), "not proven"), []).append(each.id)
    return [f"{why}: {', '.join(ids)}" for why, ids in sorted(found.items())]


def _kinds(found: dict[str, Any], ids: set[str]) -> str:
    """How many requirements have a proof of each kind."""
    kinds = Counter(
        kind
        for id_, stacks in found["proven"].items()
        if id_ in ids
        for kind in {kind for kinds in stacks.values() for kind in kinds}
    )
    return "kinds of proof: " + ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS)


def _share(pairs: Sequence[Pair], proven: set[Pair]) -> str:
    return f"{sum(pair in proven for pair in pairs)}/{len(pairs)}" if pairs else "."


def _line(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<6}" + "".join(f"{cell:>10}" for cell in others)


def _lacking(rows: Sequence[Requirement], proven: set[Pair]) -> list[str]:
    """The pairs of AREAS without a proof, by reason; those that should have one come first."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for each in (each for each in rows if each.area in AREAS):
        for stack in each.stacks:
            if (each.id, stack) not in proven:
                why = waiting().get((each.id, stack), "NOT PROVEN, and nothing says why")
                reasons.setdefault(why, {}).setdefault(each.id if each.must else f"{each.id} (should)", []).append(
                    stack
                )
    return [
        f"lacking, {why}: " + ", ".join(f"{id_.removeprefix('CP-')} {' '.join(stacks)}" for id_, stacks in ids.items())
        for why, ids in sorted(reasons.items(), key=lambda item: not item[0].startswith("NOT"))
    ]


def read(root: Path) -> dict[str, Any]:
    """The last whole run's document."""
    return json.loads((root / FILE).read_text())
