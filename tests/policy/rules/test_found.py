"""The cases that the pack once judged wrongly, handed over on 2026-11-28: new and existing, each judged right.

`data/found` and `tests/policy/found` hold them as they came, the right verdicts are theirs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
import yaml

from guard.crossguard.configuration import rule_sets
from guard.crossguard.verdict import JudgementKind, Terms, weigh
from guard.model.graph import Resource, Stack
from guard.model.rule import RULES, Profile
from preview.recorder import record
from tests.policy.changes import resources
from tests.policy.engine import Declared, EngineRun
from tests.policy.found import bugs, programs
from tests.policy.rules.test_cases import of_family

FOLDER = Path(__file__).parents[2] / "data" / "found"
CASES: list[dict[str, Any]] = [
    case
    for name in ("policy_cases", "opaque_cases")
    for case in yaml.load((FOLDER / f"{name}.yaml").read_text(), yaml.CSafeLoader)
]
Judged = Literal["violation", "ok", "undecided"]


class Program(NamedTuple):
    """A program, who judges it (a family or a rule), the right verdict, and of which resources if not of some.

    While ids are unknown, one of several that stand behind one value is nobody's to tell: undecided.
    """

    name: str
    by: str
    verdict: Judged
    of: tuple[str, ...] = ()
    one_of_several: bool = False


PROGRAMS = [
    Program("ds_firewall_ingress", "data-subnet-public", "violation"),
    Program("ds_forgotten_association_hidden_by_all", "data-subnet-public", "violation", one_of_several=True),
    Program("ds_one_list_of_ids_private", "data-subnet-public", "ok", one_of_several=True),
    Program("cloudfront_by_name", "sg-open-ingress", "ok"),
    Program("ear_default_other_account", "encrypt-at-rest", "violation"),
    Program("k_get_group_range", "sg-to-sg-only", "violation"),
    Program("k_group_index", "encrypt-in-transit", "violation"),
    Program("n_ds_slice", "data-subnet-public", "ok", one_of_several=True),
    Program("n_sge_index", "sg-open-egress", "ok", one_of_several=True),
    Program("pab_other_account", "s3-public-access-block", "violation"),
    Program("sg_output_all_index", "sg-to-sg-only", "ok", one_of_several=True),
]
BUGS = [
    Program("bitbucket_repository", "trust-token-subject", "ok"),
    Program("circleci_organization", "trust-token-subject", "ok"),
    Program("github_organization", "trust-token-subject", "ok"),
    Program(
        "github_subject_without_repository",
        "trust-token-subject",
        "violation",
        ("by-environment", "by-branch", "by-workflow", "by-context"),
    ),
    Program("boundary_taken_off", "iam-least-privilege", "violation"),
    Program("eks_nodes_root_disk", "volume-at-rest", "violation"),
    Program("batch_root_disk", "volume-at-rest", "violation"),
    Program("kafka_without_authentication", "kafka-authentication", "violation"),
    Program("names_of_secrets", "secret-in-environment", "ok"),
    Program("webhooks_of_others", "secret-in-environment", "violation"),
    Program("replica_in_another_region", "data-subnet-public", "violation", ("copy",)),
    Program("replica_of_an_arn", "data-subnet-public", "violation"),
    Program("replica_of_a_name_outside", "data-subnet-public", "undecided"),
    Program("template_with_a_data_disk_only", "volume-at-rest", "violation"),
    Program("template_with_an_instance_store_only", "volume-at-rest", "violation"),
]
# What the group that `k_get_group_range` reads is like in AWS.
FOREIGN = {
    "vpcId": "vpc-1",
    "ingress": [{"protocol": "tcp", "fromPort": 5432, "toPort": 5432, "cidrBlocks": ["10.0.0.0/8"]}],
}

each_time = pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])


@each_time
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case(case: dict[str, Any], known: bool) -> None:
    stack = [Declared(one["name"], one["type"], one.get("props", {}), one.get("refs", {})) for one in case["resources"]]
    answer = EngineRun(profile=Profile.STRICT).preview(stack, known=known)
    diagnostics = of_family(answer, case["rule_family"])
    assert ("violation" if any(one.mandatory for one in diagnostics) else "ok") == case["verdict"], case["why"]


def verdict(found: dict[str, Resource], program: Program) -> dict[str, Judged]:
    """What the family or rule says of each resource that it says something of, in the strict profile."""
    judged = weigh(Stack(found.values()), Terms(tuple(rule_sets(RULES.values(), Profile.STRICT))))
    diagnostics: dict[str, Judged] = {}
    for one in judged.judgements:
        if program.by in (one.rule.family, one.rule.id) and one.kind in (
            JudgementKind.VIOLATION,
            JudgementKind.UNDECIDED,
        ):
            kind: Judged = "violation" if one.kind is JudgementKind.VIOLATION else "undecided"
            diagnostics[one.name] = kind if diagnostics.get(one.name) != "violation" else "violation"
    return diagnostics


@each_time
@pytest.mark.parametrize("program", [*PROGRAMS, *BUGS], ids=[one.name for one in (*PROGRAMS, *BUGS)])
def test_a_program(program: Program, known: bool) -> None:
    module = programs if program in PROGRAMS else bugs
    recording = record(
        getattr(module, program.name), project="found", stack="test", config={"aws:region": "eu-west-1"}, known=known
    )
    found = resources(recording)
    if read := found.get("ec2/securityGroup:SecurityGroup/g"):
        found["ec2/securityGroup:SecurityGroup/g"] = replace(read, outputs={**read.outputs, **FOREIGN})
    wanted = "undecided" if program.one_of_several and not known else program.verdict
    diagnostics = verdict(found, program)
    if wanted == "ok":
        assert diagnostics == {}
    elif program.of:
        assert {name for name, kind in diagnostics.items() if kind == wanted} >= set(program.of)
    else:
        worst = "violation" if "violation" in diagnostics.values() else "undecided" if diagnostics else "ok"
        assert worst == wanted
