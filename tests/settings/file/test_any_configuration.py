"""Any mutated stack file gives settings or clean messages, never another exception.

The search is the same in every run. `SETTINGS_EXAMPLES=20000 pytest <this file>` looks further, with a seed of its
own that it prints; what it finds becomes a line of FOUND.
"""

import copy
import json
import os
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from settings.file import goyaml, reading, stackfile
from settings.file.problems import InvalidSettings
from settings.file.stackfile import CEngineLoader
from tests.stack_files import paths

ROOT = Path(__file__).parents[3]
PROJECT = "cloudplatform"
FILES = {stack: (ROOT / f"Pulumi.{stack}.yaml").read_text() for stack in ("dev", "prod", "shared")}
EXAMPLES = int(os.environ.get("SETTINGS_EXAMPLES", "400"))
SEED = 1 if EXAMPLES <= 400 else random.SystemRandom().randrange(2**32)
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 1, 3, 2**31, 2**63, 2**64, -(2**70), 0.5, 1e300, "", " ", "x", "a-b", "A", "é", "😀"),
    *("1", "true", "null", "10.0.0.0/8", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.0/16", "256.1.1.1/8", "us-east-1"),
    *("a\nb", "\x00", "\u2028", "*", "{}", "[]", "database", "cache", "fastapi", "public", "x" * 5000, "20:00"),
    *([], [[]], [None], ["x", "x"], {}, {"": ""}, {"x": {}}, {"secure": "x"}, {"a": {"b": {"c": [{"d": []}]}}}),
]
KEYS = [
    "",
    "x",
    "A b",
    "name",
    "min",
    "max",
    "cidr",
    "fastapi",
    "public",
    "data",
    "é\n",
    "__class__",
    "[key]",
    "0",
    "x" * 200,
]


@cache
def configuration(stack: str) -> Any:
    return yaml.load(FILES[stack], Loader=CEngineLoader)["config"]


def check(config: dict[str, str], file: Path | None = None) -> None:
    assert_clean(lambda: reading.read(config, project=PROJECT, stack="dev", file=file))


def assert_clean(action: Callable[[], object]) -> None:
    """The action succeeds or raises problems that each have a field and a message, on one line that can be printed."""
    try:
        action()
        return
    except InvalidSettings as error:
        problems = error.problems
    assert problems
    for problem in problems:
        assert problem.field
        assert problem.message
        assert len(str(problem).splitlines()) == 1, problem
        assert str(problem).encode()


def at(config: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        config = config[part]
    return config


def delete(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    del at(config, path[:-1])[path[-1]]


def replace(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    at(config, path[:-1])[path[-1]] = copy.deepcopy(choose(JUNK))


def swap(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    other = at(config, choose([*paths(config)]))
    at(config, path[:-1])[path[-1]] = copy.deepcopy(other)


def rename(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    table = at(config, path[:-1])
    if isinstance(table, dict):
        key = choose([*KEYS, str(path[-1])[1:], str(path[-1]).upper(), str(path[-1]).replace("-", "_")])
        table[f"{PROJECT}:{key}" if len(path) == 1 else key] = table.pop(path[-1])


def add(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    value = at(config, path)
    if isinstance(value, dict):
        value[choose(KEYS)] = copy.deepcopy(choose(JUNK))
    elif isinstance(value, list):
        value.append(copy.deepcopy(choose([*JUNK, *value])))


def retype(config: Any, path: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> None:
    value = at(config, path)
    into: list[Any] = [[value], {"x": value}, json.dumps(value), len(str(value)), bool(value)]
    at(config, path[:-1])[path[-1]] = copy.deepcopy(choose(into))


MUTATIONS = [delete, replace, swap, rename, add, retype]


@seed(SEED)
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(data=st.data())
def test_any_mutated_configuration_gives_settings_or_clean_messages(data: st.DataObject) -> None:
    def choose(items: list[Any]) -> Any:
        return items[data.draw(st.integers(0, len(items) - 1))]

    config = copy.deepcopy(configuration(choose([*FILES])))
    for _ in range(choose([1, 1, 2, 3, 5])):
        if found := [*paths(config)]:
            choose(MUTATIONS)(config, choose(found), choose)
    check({str(key): goyaml.scalar(value) for key, value in config.items()})


@seed(SEED)
@settings(max_examples=EXAMPLES // 2, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_mutated_file_gives_settings_or_clean_messages(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = FILES[data.draw(st.sampled_from([*FILES]))]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 2, 5, 40])))
        piece = data.draw(
            st.sampled_from([*"\t\n\r :-#\"'[]{},&*!|>%@`~<\\\x00é😀\u2028", "&a ", "*a", "<<: ", "\n", "  "])
        )
        text = text[:start] + piece + text[end:]
    file = tmp_path_factory.getbasetemp() / "Pulumi.dev.yaml"
    file.write_bytes(text.encode())
    assert_clean(lambda: check(stackfile.read(file, PROJECT), file))


#: Configurations that once broke the reader: changes of the dev stack's keys.
FOUND: list[dict[str, str]] = [
    {"cloudplatform:network": '{"cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "tiers": {"": {}}}'},
    {"cloudplatform:tags": '{"a": "\\u2028"}'},
    {"cloudplatform:\n": "x"},
    {"cloudplatform:": ""},
    {"cloudplatform:cache": '{"__class__": 1, "[key]": {"[key]": []}}'},
    {"cloudplatform:cache": f'{{"replicas": {"9" * 4299}}}'},
    {"cloudplatform:cache": '{"replicas": NaN, "version": Infinity, "failover": -Infinity}'},
    {"cloudplatform:services": "[" * 150 + "]" * 150},
]


@pytest.mark.parametrize("changes", FOUND, ids=lambda changes: re.sub(r"\W+", "-", str(changes))[:60])
def test_what_once_broke_the_reader(changes: dict[str, str]) -> None:
    check({**stackfile.read(ROOT / "Pulumi.dev.yaml", PROJECT), **changes})
