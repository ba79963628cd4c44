"""The pack is handed what the engine would hand it, and its answers are sorted."""

import json
from datetime import date
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from preview.recorder import UNKNOWN
from preview.verdict import PackVerdict
from tests.pack_process import ask
from tests.preview import samples

TODAY = date(2026, 11, 21)
PACKS = Path(__file__).parent / "packs"
CONFIG = {
    **samples.CONFIG,
    "sample:token": "hunter2",
    "guard:word": "yes",
    "guard:exemptions": json.dumps(
        [{"rule": "no-topics", "resource": "t", "reason": "We like it", "owner": "team", "expires": "2027-01-31"}]
    ),
}


def program() -> None:
    provider = aws.Provider("there", region="eu-west-1")
    network = samples.SampleNetwork("net", pulumi.ResourceOptions(providers=[provider]))
    pulumi.export("vpc", network.vpc.id)
    aws.sns.Topic("t", kms_master_key_id=pulumi.Config().require_secret("token"))
    aws.ec2.Vpc.get("old", "vpc-0123")
    aws.ec2.Subnet(
        "own",
        vpc_id=network.vpc.id,
        ipv6_netmask_length=64,
        opts=pulumi.ResourceOptions(protect=True, ignore_changes=["cidr_block"], delete_before_replace=True),
    )


@pytest.fixture(scope="module")
def verdict() -> PackVerdict:
    from preview.recorder import record

    recording = record(program, project="sample", stack="dev", config=CONFIG, secret_keys=["sample:token"])
    return ask(recording, TODAY, policy=PACKS / "witness")


def told(verdict: PackVerdict, policy: str, name: str = "") -> dict:
    found = [note for note in verdict.advisories if note.policy == policy]
    (note,) = [each for each in found if each.urn.rpartition("::")[2] == name]
    return json.loads(note.message)


def test_resource_policies_see_completed_inputs_numbers_as_floats_and_secrets_in_plain(verdict):
    own = told(verdict, "inputs", "own")["inputs"]
    assert own == {"vpcId": UNKNOWN, "ipv6NetmaskLength": 64.0, "tagsAll": {}}
    assert isinstance(own["ipv6NetmaskLength"], float)
    topic = told(verdict, "inputs", "t")["inputs"]
    assert topic["kmsMasterKeyId"] == "hunter2"
    assert topic["name"].startswith("t-")


def test_resource_policies_see_options_and_the_explicit_provider(verdict):
    own = told(verdict, "inputs", "own")
    assert (own["protect"], own["ignore"], own["replace"], own["provider"]) == (True, ["cidrBlock"], True, None)
    assert told(verdict, "inputs", "net-vpc")["provider"] == "there"


def test_stack_policies_see_outputs_with_what_aws_decides_unknown(verdict):
    outputs = told(verdict, "outputs", "net-vpc")["outputs"]
    assert outputs["cidrBlock"] == "10.0.0.0/16"
    assert (outputs["id"], outputs["defaultSecurityGroupId"]) == (UNKNOWN, UNKNOWN)


def test_stack_policies_see_who_depends_on_whom_and_for_what(verdict):
    own = told(verdict, "outputs", "own")
    assert own["behind"] == {"vpcId": ["net-vpc"]}
    assert own["dependencies"] == ["net-vpc"]
    assert told(verdict, "outputs", "net-vpc")["parent"] == "net"


def test_stack_policies_see_look_ups_and_what_components_and_the_stack_registered(verdict):
    assert told(verdict, "outputs", "old")["outputs"]["id"] == "vpc-0123"
    assert told(verdict, "outputs", "net")["outputs"] == {"vpc": UNKNOWN}
    assert told(verdict, "outputs", "sample-dev")["outputs"] == {"vpc": UNKNOWN}


def test_resource_policies_see_no_look_ups(verdict):
    judged = {note.urn.rpartition("::")[2] for note in verdict.advisories if note.policy == "inputs"}
    assert "own" in judged
    assert "old" not in judged


def test_the_pack_has_the_stacks_configuration_and_its_day(verdict):
    assert told(verdict, "surroundings") == {
        "today": "2026-11-21",
        "stack": "dev",
        "project": "sample",
        "dry_run": True,
        "word": "yes",
    }


def test_the_pack_knows_an_update_from_a_preview(recorded):
    update = ask(recorded(samples.network, known=True), TODAY, policy=PACKS / "witness")
    assert told(update, "surroundings")["dry_run"] is False


def test_findings_of_mandatory_policies_block(verdict):
    (note,) = verdict.violations
    assert not verdict.clean
    assert (note.rule, note.severity, note.message, note.fix) == (
        "no-topics",
        "high",
        "topics are not for us",
        "Use a queue.",
    )


def test_exemptions_come_with_the_stack_files_reason(verdict):
    (exempted,) = verdict.exemptions
    assert (exempted.rule, exempted.message) == ("no-topics", "t is a topic")
    assert (exempted.reason, exempted.owner, exempted.expires, exempted.decision) == (
        "We like it",
        "team",
        "2027-01-31",
        "",
    )


def test_what_is_undecided_is_neither_advice_nor_violation(verdict):
    (note,) = verdict.undecided
    assert note.rule == "no-topics"


@pytest.mark.parametrize("known", [False, True])
def test_our_own_pack_refuses_an_unencrypted_database_before_and_after_its_creation(recorded, known):
    verdict = ask(recorded(samples.unencrypted, known=known), TODAY)
    (note,) = [each for each in verdict.violations if "store" in each.message and "rest" in each.policy]
    assert note.urn.endswith("::store")
    assert note.fix
