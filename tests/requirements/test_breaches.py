"""Every proof can fail: its breach stands beside it, and is noticed there."""

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.requirements.tracer import MARKER
from tests.rows import for_each

TEST = "test_breaches"  #: the test of a module that runs its breaches
#: What the ledger, the tracer and the collection promise is no requirement of the ledger.
APART = {"test_breaches", "test_collection", "test_ledger", "test_references", "test_signatures", "test_tracer"}
#: Its proofs are rows, and test_a_row_can_fail makes the breaches of each from what it says.
BREAKS_ROWS = "test_systems"
MODULES = [
    import_module(f"tests.requirements.{file.stem}")
    for file in sorted(Path(__file__).parent.glob("test_*.py"))
    if file.stem not in APART | {BREAKS_ROWS}
]


def _proofs(module: ModuleType) -> dict[str, Callable[..., None]]:
    """What claims a requirement on a stack, or looks at workflows or pages, by name."""
    tests = {name: each for name, each in vars(module).items() if name.startswith("test_") and name != TEST}
    takes = {name: set(inspect.signature(each).parameters) for name, each in tests.items()}
    return {
        name: each
        for name, each in tests.items()
        if takes[name] & {"flows", "written", "siem", "club"} or ("platform" in takes[name] and _ids(each))
    }


def _ids(function: Callable[..., None]) -> set[str]:
    marks = list(getattr(function, "pytestmark", []))
    for mark in list(marks):
        if mark.name == "parametrize":
            marks += [inner for row in mark.args[1] for inner in getattr(row, "marks", ())]
    return {id_ for mark in marks if mark.name == MARKER for id_ in mark.args}


@for_each(MODULES, name=lambda module: module.__name__.rpartition(".")[2])
def test_every_proof_has_its_breach_beside_it(module: ModuleType) -> None:
    """And the breach names a requirement that the proof claims. The module's own test runs every breach."""
    proofs = _proofs(module)
    breaches = getattr(module, "BREACHES", [])
    assert {breach.proof.__name__ for breach in breaches} == proofs.keys()
    for breach in breaches:
        assert breach.proof is proofs[breach.proof.__name__]
        assert getattr(breach, "id", None) in {None, *_ids(breach.proof)}
    if breaches:
        assert getattr(module, TEST).rows is breaches


def test_every_row_of_the_systems_is_broken() -> None:
    module = import_module(f"tests.requirements.{BREAKS_ROWS}")
    assert _proofs(module).keys() == {"test_the_ledger_holds"}
    assert module.test_a_row_can_fail.rows is module.PROOFS
