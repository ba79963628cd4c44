"""Asked in this process, our pack says what it says in one of its own, where the engine asks it."""

import json
from datetime import date

import pulumi
import pulumi_aws as aws
import pytest

from preview import pack
from preview.recorder import Recording, record
from tests import pack_process
from tests.preview import samples
from tests.stacks import recorded

TODAY = date(2026, 11, 28)
EXCUSES = [
    {"rule": "topic-at-rest", "resource": "open", "reason": "A test", "owner": "team", "expires": "2027-01-31"},
    {"rule": "topic-at-rest", "resource": "nobody", "reason": "A test", "owner": "team", "expires": "2027-01-31"},
]
CONFIG = {
    **samples.CONFIG,
    "sample:token": "hunter2",
    "guard:profile": "strict",
    "guard:exemptions": json.dumps(EXCUSES),
}


def program() -> None:
    """Breaches, an exempted one, secrets, a look-up, another region, a component, and a policy as text."""
    there = aws.Provider("there", region="eu-west-1")
    token = pulumi.Config().require_secret("token")
    samples.SampleNetwork("net", pulumi.ResourceOptions(providers=[there]))
    aws.sns.Topic("open")
    key = aws.kms.Key(
        "key", policy=json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]})
    )
    aws.rds.Instance(
        "store",
        instance_class="db.t3.micro",
        engine="mysql",
        password=token,
        kms_key_id=key.arn,
        publicly_accessible=True,
    )
    aws.lambda_.Function(
        "function", role=aws.iam.Role("role", assume_role_policy="{}").arn, environment={"variables": {"TOKEN": token}}
    )
    aws.iam.Policy(
        "wide", policy=pulumi.Output.json_dumps({"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    )
    aws.ec2.SecurityGroup.get("old", "sg-0123")
    aws.ec2.SecurityGroup(
        "group", vpc_id=aws.ec2.Vpc.get("vpc", "vpc-1").id,
        ingress=[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}],
    )  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["first preview", "update"])
def stack(request: pytest.FixtureRequest) -> Recording:
    about = {"project": "sample", "stack": "dev", "config": CONFIG, "secret_keys": ["sample:token"]}
    return record(program, **about, known=request.param)


@pytest.mark.parametrize(
    "settings", [{}, {"all": "advisory", "encrypt-at-rest-advice": "disabled", "sg-open-ingress-graph": {"off": []}}]
)
def test_of_every_sort_of_finding(stack, settings):
    found = pack.ask(stack, TODAY, settings=settings)
    assert found == pack_process.ask(stack, TODAY, settings=settings)
    assert len(found.advisories if settings else found.violations) > 5
    assert stack.known or found.undecided
    assert [each.urn.rpartition("::")[2] for each in found.exemptions] == ["open"]
    assert [each.message for each in found.advisories if each.policy == "exemptions-unused"] == [
        "the exemption of nobody covers nothing: remove it"
    ]
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("name", "known"), [("prod", False), ("club-app/dev", True), ("techcorp/production", False), ("prod", True)]
)
def test_of_a_whole_stack(name, known):
    recording = recorded(name, known)
    assert pack.ask(recording, TODAY) == pack_process.ask(recording, TODAY)


def test_an_update_is_judged_on_the_day_of_its_preview():
    """What is undecided without it, a day before the exemption's end and a day after it."""
    about = {"project": "sample", "stack": "dev", "config": CONFIG, "secret_keys": ["sample:token"]}
    first, update = (record(program, **about, known=known) for known in (False, True))
    days = [pack.ask(first, day, update).exemptions for day in (date(2027, 1, 31), date(2027, 2, 1))]
    assert [len(each) for each in days] == [1, 0]
