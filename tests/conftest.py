"""What all tests share: the requirement tracer, and the list of what was collected."""

import pytest

from tests.requirements.tracer import MARKER, Pair, Tracer, claimed

CLAIMED = pytest.StashKey[set[Pair]]()  #: what the collected tests would prove
COLLECTED = pytest.StashKey[set[str]]()  #: node ids without parameters, before -k and the like leave some out


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}(*ids, stacks=…): what the test proves when it passes; see the tracer")
    config.pluginmanager.register(Tracer(config), "requirement-tracer")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = {item.nodeid.partition("[")[0] for item in items}
    config.stash[CLAIMED] = {pair for item in items for pair in claimed(item.user_properties)}
