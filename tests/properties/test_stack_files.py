"""Any mutated stack file gives a stack that its file alone decides, or clean messages; never a traceback."""

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.stack import PreviewError
from tests.properties.effort import examples
from tests.stack_files import Config, config, paths, written
from tests.stacks import record_file

JUNK: list[Any] = [None, True, 0, 1, -1, 2**40, 0.5, "", "x", "a b", "é", "10.0.0.0/8", "none", "own", [], {}, ["x"]]
WORDS = ["vpc", "internet", "app", "fastapi", "execution-fastapi", "database", "data", "public", "s3", "logs", "x"]


def outcome(changed: Config, folder: Any, stack: str = "dev") -> str:
    """ "a stack" or "a message"; anything else is an exception of the program's."""
    file = written(folder, stack, changed)
    try:
        first = record_file(file, stack, known=False)
    except PreviewError as refusal:
        return _told(str(refusal))
    assert first.resources.keys() == record_file(file, stack, known=True).resources.keys()
    return "a stack"


def _told(text: str) -> str:
    """Whatever is wrong is told in one message, and counted."""
    assert re.match(r"\d+ problems? in the stack's settings:\n", text)
    return "a message"


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Config]:
    """A committed stack file after one or two changes of the kinds that people make."""
    stack = draw(st.sampled_from(["dev", "prod", "shared"]))
    changed = copy.deepcopy(config(stack))
    for _ in range(draw(st.integers(1, 2))):
        *path, key = draw(st.sampled_from(list(paths(changed))))
        inside = changed
        for word in path:
            inside = inside[word]
        _change(draw, inside, key, changed)
    return stack, changed


def _change(draw: st.DrawFn, inside: Any, key: Any, whole: Config) -> None:
    match draw(st.sampled_from(["remove", "junk", "word", "copy", "twice", "rename"])):
        case "remove":
            del inside[key]
        case "junk":
            inside[key] = draw(st.sampled_from(JUNK))
        case "word":
            inside[key] = draw(st.sampled_from(WORDS))
        case "copy":  # of something that stands elsewhere
            there: Any = whole
            for word in draw(st.sampled_from(list(paths(whole)))):
                there = there[word]
            inside[key] = copy.deepcopy(there)
        case "twice" if isinstance(inside, list):
            inside.append(copy.deepcopy(inside[key]))
        case "twice":
            inside[f"{key}-two"] = copy.deepcopy(inside[key])
        case _ if isinstance(inside, dict):
            inside[draw(st.sampled_from(WORDS))] = inside.pop(key)


@given(mutated())
@examples(12)
def test_any_mutation_gives_a_stack_or_a_message(tmp_path_factory, case):
    """The whole program, both kinds of run, a few files here and hundreds under `make fuzz`."""
    stack, changed = case
    assert outcome(changed, tmp_path_factory.mktemp("stack"), stack) in ("a stack", "a message")


def _a_job(it: Config, word: str, **more: Any) -> None:
    fastapi = it["cloudplatform:services"]["fastapi"]
    plain = {key: fastapi[key] for key in ("image", "cpu", "memory", "count", "health", "deployment")}
    it["cloudplatform:services"][word] = copy.deepcopy({**plain, **more})


def _twin_roles(it: Config) -> None:
    _a_job(it, "execution-fastapi")


def _twin_parameters(it: Config) -> None:
    it["cloudplatform:services"]["fastapi"]["environment"] = {"API_URL": "x"}
    _a_job(it, "fastapi-api", parameters=True, environment={"URL": "x"})


def _group_vpc(it: Config) -> None:
    _a_job(it, "jobs", group="vpc")


def _group_internet(it: Config) -> None:
    _a_job(it, "jobs", group="internet", port=443)
    it["cloudplatform:services"]["fastapi"]["connects"].append("jobs")


def _interface_twice(it: Config) -> None:
    it["cloudplatform:network"]["endpoints"]["interface"].append("sts")


def _gateway_twice(it: Config) -> None:
    it["cloudplatform:network"]["endpoints"]["gateway"].append("s3")


def _host_twice(it: Config) -> None:
    it["cloudplatform:services"]["fastapi"]["routes"]["api"]["hosts"] *= 2


def _connects_twice(it: Config) -> None:
    it["cloudplatform:services"]["fastapi"]["connects"].append("cache")


def _bucket_of_a_service_twice(it: Config) -> None:
    it["cloudplatform:buckets"]["more"] = {"name": "cloudplatform-dev-logs"}


#: Files that were found to break the program, or that come near to it: kept for ever.
KEPT = [
    _twin_roles,
    _twin_parameters,
    _group_vpc,
    _group_internet,
    _interface_twice,
    _gateway_twice,
    _host_twice,
    _connects_twice,
]


@pytest.mark.parametrize("change", KEPT, ids=lambda change: change.__name__.strip("_"))
def test_kept_cases(change, tmp_path):
    """Two rows that would make one resource are refused, or make two."""
    changed = config("dev")
    change(changed)
    assert outcome(changed, tmp_path) in ("a stack", "a message")


def test_two_buckets_do_not_share_a_name(tmp_path):
    """A name of one's own that another bucket's pattern gives too: AWS would refuse the second at `up`."""
    changed = config("dev")
    _bucket_of_a_service_twice(changed)
    if outcome(changed, tmp_path) == "a stack":
        buckets = record_file(written(tmp_path, "dev", changed), "dev", known=False).of("aws:s3/bucket:Bucket")
        names = [each["bucket"] for each in buckets]
        assert sorted(names) == sorted(set(names))


def test_the_committed_files_are_stacks(tmp_path):
    """The two outcomes can be told apart."""
    assert outcome(config("shared"), tmp_path, "shared") == "a stack"
    assert outcome({"aws:region": "us-east-1"}, tmp_path) == "a message"
