"""A stack is read from a file as the engine hands it over, and whatever is no stack is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guard.cli.state import MARK, BadInput, Position, State, StateSignature, read, unmarked
from guard.model.graph import ABSENT, SENTINELS, UNKNOWN, Resource, Stack
from tests.policy.states import ENCRYPTED, LOGS, PROVIDER, SOUND, STREAM, URN, deployment, resource, shown


def state(*resources: dict[str, Any]) -> State:
    (found,) = read(json.dumps(deployment(*resources)), "export.json")
    return found


def only(*resources: dict[str, Any]) -> Resource:
    return state(*resources).resources[-1]


def test_an_export_is_a_stack_with_names_and_a_region() -> None:
    found = state(SOUND)
    assert (found.project, found.stack, found.source) == ("shop", "live", "export.json")
    it = found.resources[-1]
    assert (it.name, it.type, it.region, it.managed) == ("sound", LOGS, "eu-central-1", True)
    assert (it["retentionInDays"], it["name"], it.known("id")) == (90, ABSENT, "sound-0a1b2c3d")


def test_a_checkpoint_of_a_backend_and_a_list_of_stacks_are_read_too() -> None:
    export = deployment(SOUND)
    checkpoint = {"version": 3, "checkpoint": {"stack": "organization/shop/live", "latest": export["deployment"]}}
    newer = {**export, "version": 4, "features": ["refreshBeforeUpdate"]}
    found = read(json.dumps([export, checkpoint, newer]), "all.json")
    assert [len(one.resources) for one in found] == [3, 3, 3]
    assert len({tuple(item.urn for item in one.resources) for one in found}) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (ENCRYPTED, UNKNOWN),
        (shown("word"), "word"),
        (shown({"a": ["word", 3]}), {"a": ["word", 3]}),
        ({"list": [1.0, 2.5, ENCRYPTED]}, {"list": [1, 2.5, UNKNOWN]}),
        (sorted(SENTINELS)[0], UNKNOWN),
        ({MARK: StateSignature.OUTPUT.value, "value": "word"}, "word"),
        ({MARK: StateSignature.OUTPUT.value, "secret": True}, UNKNOWN),
        ({MARK: StateSignature.REFERENCE.value, "urn": "urn:x", "id": "vpc-1"}, "vpc-1"),
        ({MARK: StateSignature.REFERENCE.value, "urn": "urn:x", "id": ""}, "urn:x"),
        ({MARK: "c44067f5952c0a294b673a41bacd8c17", "text": "a file", "hash": "0"}, "<Asset>"),
        (
            {"__defaults": ["name"], "name": "x", "tags": {"__defaults": [], "a": "b"}},
            {"name": "x", "tags": {"a": "b"}},
        ),
        (True, True),
        (None, None),
    ],
)
def test_what_is_marked_becomes_plain_or_unknown(written: Any, meant: Any) -> None:
    assert unmarked(written) == meant
    assert only(resource(STREAM, inputs={"it": written})).inputs == {"it": meant}


def test_what_waits_for_its_deletion_is_not_the_stack() -> None:
    """The copy has the same URN as what replaced it, and other values."""
    old = resource(STREAM, inputs={"encryptionType": "NONE"}, delete=True)
    new = resource(STREAM, inputs={"encryptionType": "KMS"})
    for order in ((old, new), (new, old)):
        assert [one["encryptionType"] for one in state(*order).resources if one.type == STREAM] == ["KMS"]


def test_what_the_program_only_reads_is_not_managed() -> None:
    assert only(resource(STREAM, external=True)).managed is False


def test_an_alias_of_a_type_is_that_type() -> None:
    assert only(resource("aws:alb/listener:Listener")).type == "aws:lb/listener:Listener"


def test_references_are_followed() -> None:
    """By the id, and, where it is encrypted, by what the engine knows of the property."""
    group = resource("aws:ec2/securityGroup:SecurityGroup", "wall")
    urn = group["urn"]
    by_id = resource(STREAM, "a", {"at": "wall-0a1b2c3d"})
    by_edge = resource(STREAM, "b", {"at": ENCRYPTED}, propertyDependencies={"at": [urn], "none": []})
    stack = Stack(state(group, by_id, by_edge).resources)
    for name in "ab":
        (source,) = (one for one in stack.of(STREAM) if one.name == name)
        assert [one.urn for one in stack.targets(source, "at", group["type"]).sure] == [urn]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("project:///__main__.py#12", Position("__main__.py", 12)),
        ("project:///a/b%20c.py#3,14", Position("a/b c.py", 3)),
        ("project:///../elsewhere.py#3", None),
        ("project:///main.py#0", None),
        ("file:///main.py#3", None),
        ("", None),
    ],
)
def test_where_a_program_declares_a_resource(text: str, place: Position | None) -> None:
    found = state(resource(STREAM, sourcePosition=text))
    assert found.positions.get(f"{URN}{STREAM}::it") == place


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f.json is no JSON: "),
        ("{", "f.json is no JSON: "),
        ("[" * 100_000, "f.json is no JSON: maximum recursion depth exceeded"),
        ("[]", "f.json holds no stack"),
        ("7", "f.json is no stack: give the output of `pulumi stack export`"),
        ('{"deployment": {}}', "f.json is no stack: "),
        ('{"verdict": "clean", "figures": {}}', "f.json is a preview's report, which leaves out all values; give"),
        ('{"steps": []}', "f.json is the output of `pulumi preview --json`, no state; give"),
        ('{"version": 2, "deployment": {"resources": []}}', "f.json is a deployment of version 2; export it again"),
        ('{"deployment": {"resources": [7]}}', "f.json: resource 0 of its deployment is not in the engine's form"),
        ('{"deployment": {"resources": [{"urn": "u", "type": 1}]}}', "f.json: resource 0 of its deployment is not"),
        (
            '{"deployment": {"resources": [{"urn": "u", "type": "t", "inputs": 7}]}}',
            "f.json: resource 0 of its deployment is not",
        ),
    ],
)
def test_what_is_no_stack_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text, "f.json")
    assert str(refused.value).startswith(complaint)


def test_a_damaged_secret_is_not_told() -> None:
    damaged = resource(STREAM, inputs={"it": {MARK: StateSignature.SECRET.value, "plaintext": "hunter2"}})
    with pytest.raises(BadInput, match="its deployment is damaged") as refused:
        state(damaged)
    assert "hunter2" not in str(refused.value)


def test_an_empty_stack_is_a_stack() -> None:
    (found,) = read('{"version": 3, "deployment": {"manifest": {"version": "v3"}}}', "empty.json")
    assert (found.resources, found.project) == ((), "")


def test_the_provider_s_region_may_be_unknown() -> None:
    one = deployment(resource(STREAM))
    one["deployment"]["resources"][1]["inputs"] = {"region": ENCRYPTED}
    assert one["deployment"]["resources"][1]["urn"] == PROVIDER
    (found,) = read(json.dumps(one), "export.json")
    assert found.resources[-1].region == ""
