"""A plugin of pytest for `speed.py --tests`: the CPU of each test, with the processes that it waited for.

Each process that runs tests writes a file into the folder CPU_BY_TEST: a table of seconds by node id, as JSON. What a
test is the first to need (a fixture of a module, a recording) is counted as that test's.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

SPENT: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count what is spent while a test is set up, runs, and is taken down."""
    before = sum(os.times()[:4])
    answer = yield
    SPENT[item.nodeid] = sum(os.times()[:4]) - before
    return answer


def pytest_sessionfinish() -> None:
    """Write the table; the process that only hands tests out has none."""
    if SPENT:
        Path(os.environ["CPU_BY_TEST"], f"{os.getpid()}.json").write_text(json.dumps(SPENT))
