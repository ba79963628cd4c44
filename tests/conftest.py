"""What all tests share: the requirement tracer, the table of faults, and the list of what was collected."""

import gc
import sys

import pytest

import sdk_importer
from tests.faults.table import MARKER as FAULT
from tests.faults.table import FaultTable
from tests.requirements.tracer import MARKER, Pair, Tracer, claimed
from tests.stacks import BLUEPRINT_STACKS, EVERY_STACK

# Recordings and modules are hundreds of thousands of objects that stay: to search them for garbage as often as Python
# does took a sixth of the tests' CPU.
gc.set_threshold(200_000, 50, 100)

DEPLOYED = "deployed"

CLAIMED = pytest.StashKey[set[Pair]]()  #: what the collected tests would prove here
WRITTEN = pytest.StashKey[set[Pair]]()  #: what they would prove of a deployed stack
COLLECTED = pytest.StashKey[set[str]]()  #: node ids without parameters, before -k and the like leave some out


def pytest_addoption(parser: pytest.Parser) -> None:
    stacks = sorted({each.rpartition("/")[2] for each in EVERY_STACK})
    parser.addoption("--stack", choices=stacks, help=f"the stack in AWS that the tests marked {DEPLOYED} look at")
    systems = sorted({each.partition("/")[0] for each in BLUEPRINT_STACKS})
    parser.addoption("--system", choices=systems, help="whose stack it is; without it, the main system's")
    parser.addoption("--drift", choices=EVERY_STACK, help="create this stack in an emulated AWS and change it; minutes")


def pytest_configure(config: pytest.Config) -> None:
    sdk_importer.install()  # before any test module imports an SDK
    config.addinivalue_line("markers", f"{MARKER}(*ids, stacks=…): what the test proves when it passes; see the tracer")
    config.addinivalue_line("markers", f"{DEPLOYED}: it looks at a stack in AWS; left out without --stack")
    config.addinivalue_line("markers", f"{FAULT}(subject, broken, holds): what the test breaks")
    config.pluginmanager.register(FaultTable(), "faults")
    config.pluginmanager.register(Tracer(config), "requirement-tracer")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = {item.nodeid.partition("[")[0] for item in items}
    deployed = [item for item in items if item.get_closest_marker(DEPLOYED)]
    here = [item for item in items if item not in set(deployed)]
    config.stash[CLAIMED] = {pair for item in here for pair in claimed(item.user_properties)}
    config.stash[WRITTEN] = {pair for item in deployed for pair in claimed(item.user_properties)}
    stack = asked(config)
    meant = (stack,) if "/" in stack else (None, stack)  # those without a stack are the main system's
    wanted = [item for item in deployed if stack and _stack_of(item) in meant]
    kept = set(here) | set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def pytest_collection_finish() -> None:
    """What is there by now is never looked at again, be it garbage: to find that first would take a second."""
    gc.freeze()
    if "hypothesis" in sys.modules:  # its first test looks at all objects: here is one, while there are none
        from hypothesis import given
        from hypothesis.strategies import none

        given(none())(lambda _: None)()


def pytest_unconfigure() -> None:
    """The process ends: to look for garbage among all that it has would take a second, twice."""
    gc.freeze()


def asked(config: pytest.Config) -> str:
    """The stack that `--system` and `--stack` name, as tests know it; empty where none is asked for."""
    system, stack = config.getoption("--system"), config.getoption("--stack")
    if not stack:
        return ""
    found = f"{system}/{stack}" if system else str(stack)
    if found not in EVERY_STACK:
        raise pytest.UsageError(f"{system or 'the main system'} has no stack {stack}")
    return found


def _stack_of(item: pytest.Item) -> object:
    return (
        item.callspec.params.get("stack") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )
