"""Nothing is renamed by accident, no document changes unseen, and the same input gives the same bytes."""

import json
import os
import subprocess
import sys
from functools import cache

from preview.wire import UNKNOWN
from tests.contracts.pin import GOLDEN, HOW, difference, digest, documents, tokens, urns
from tests.contracts.recordings import each_environment, each_main_stack, each_stack
from tests.stacks import ROOT, STACKS, record_file, recorded


@each_stack
def test_urns_are_the_pinned_ones(stack):
    """A URN that goes is a resource that is deleted, with what is in it."""
    aliases = [alias for each in recorded(stack, False).resources.values() for alias in each.options.aliases]
    aliased = frozenset(str(alias["urn"]) for alias in aliases if "urn" in alias)
    changed = difference((GOLDEN / "urns" / f"{stack}.txt").read_text(), urns(stack), aliased)
    assert not changed, f"\n{changed}"


def test_type_tokens_are_the_pinned_ones():
    """A component's token is part of its children's URNs: another one replaces them all."""
    changed = difference((GOLDEN / "tokens.txt").read_text(), tokens())
    assert not changed, f"\n{changed}"


@each_main_stack
def test_documents_are_the_pinned_ones(stack):
    """Task definitions, key, bucket and role policies, life cycles: word for word and in their order."""
    folder = GOLDEN / "documents" / stack
    pinned = {path.name: path.read_text() for path in folder.glob("*.json")}
    now = documents(stack)
    assert sorted(now) == sorted(pinned), HOW
    for name, text in now.items():
        assert text == pinned[name], f"{name} changes. {HOW}"


@each_environment
def test_the_important_documents_are_there(stack):
    """What is pinned is not an empty folder."""
    assert {
        "service-fastapi-task.containerDefinitions.json",
        "key-key.policy.json",
        "bucket-logs-policy.policy.json",
        "service-fastapi-start.policy.json",
        "roles-fastapi-ecs-task.assumeRolePolicy.json",
        "flow-logs-write.policy.json",
    } <= documents(stack).keys()


@each_environment
def test_the_pack_can_read_documents_of_names(stack):
    """Whatever is built from names alone is known at the first preview; only what needs a created ARN is not."""
    unknown = {
        each.name
        for each in recorded(stack, False).resources.values()
        for name in ("policy", "assumeRolePolicy")
        if each.inputs.get(name) == UNKNOWN
    }
    secrets = {"service-fastapi-start-secrets", "service-fastapi-task-secrets"}  # a secret's ARN ends in AWS's choice
    functions = {name for name in unknown if name.startswith("function-")}  # a secret's ARN, and the key's
    assert all(name.endswith("-data") for name in functions)
    assert unknown - functions == {*secrets, "snapshot-export-key"}  # a key's id is AWS's choice


def test_documents_are_canonical():
    """Keys are sorted at every depth, so that a reordering in the program changes no byte."""
    for stack in STACKS:
        for name, text in documents(stack).items():
            parsed = json.loads(text)
            assert text == json.dumps(parsed, indent=2, sort_keys=True) + "\n", name


def test_a_difference_says_what_a_deployment_would_do():
    """A rename is told as the replacement that it is."""
    old = "urn:pulumi:dev::p::aws:s3/bucket:Bucket::a\nurn:pulumi:dev::p::aws:ec2/vpc:Vpc::v\n"
    new = "urn:pulumi:dev::p::aws:s3/bucket:Bucket::b\nurn:pulumi:dev::p::aws:ec2/vpc:Vpc::v\n"
    found = difference(old, new)
    assert (
        "replaces: urn:pulumi:dev::p::aws:s3/bucket:Bucket::a\n    with: urn:pulumi:dev::p::aws:s3/bucket:Bucket::b"
        in found
    )
    assert "python -m tests.contracts.pin" in found
    assert difference(old, old) == ""
    assert " creates: x" in difference("", "x\n")
    assert " deletes: x" in difference("x\n", "")
    assert difference("x\n", "", frozenset({"x"})) == ""


def test_two_runs_give_the_same():
    """In one process, the second recording equals the first in every part."""
    again = record_file(ROOT / "Pulumi.dev.yaml", "dev", False)
    assert again == recorded("dev", False)


@cache
def _elsewhere() -> dict:
    """What an interpreter with another seed than this one's makes of two stacks, which use every component."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-m", "tests.contracts.pin", "prod", "shared"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    return json.loads(run.stdout)


def test_the_seed_of_hashes_changes_no_byte():
    """Sets have another order in another interpreter; nothing that is registered may follow it."""
    assert _elsewhere()["digests"] == {stack: digest(stack) for stack in ("prod", "shared")}


def test_awsx_is_not_imported_for_nothing():
    """It costs time and memory, and only building an image needs it."""
    assert _elsewhere()["awsx"] is False
