"""Inputs are completed as the provider's Check does it, outputs as far as a preview knows them."""

import json

import pulumi
import pulumi_aws as aws
import pytest

from preview.recorder import UNKNOWN
from preview.shapes import NOTHING, shape

ASSUMED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}


def one(recorded, make, **run):
    (resource,) = recorded(lambda: make() and None, **run).resources.values()
    return resource


# --- names ---


def test_a_name_is_made_of_the_logical_name_and_seven_hexadecimal_digits(recorded):
    role = one(recorded, lambda: aws.iam.Role("worker", assume_role_policy=ASSUMED))
    assert len(role["name"]) == len("worker-1234567")
    assert int(role["name"].removeprefix("worker-"), 16) >= 0
    assert role.outputs["name"] == role["name"]


def test_a_name_that_is_given_stays(recorded):
    assert one(recorded, lambda: aws.iam.Role("worker", name="w", assume_role_policy=ASSUMED))["name"] == "w"


def test_a_prefix_leaves_the_name_to_the_provider(recorded):
    role = one(recorded, lambda: aws.iam.Role("worker", name_prefix="w-", assume_role_policy=ASSUMED))
    assert "name" not in role.inputs
    assert role.outputs["name"] == UNKNOWN


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: aws.s3.Bucket("Logs"), "bucket"),
        (lambda: aws.elasticache.ReplicationGroup("Logs", description="d"), "replicationGroupId"),
        (lambda: aws.elasticache.Cluster("Logs"), "clusterId"),
    ],
)
def test_where_the_name_is_called_otherwise_it_is_made_in_lower_case(recorded, make, named):
    made = one(recorded, make)
    assert made[named].startswith("logs-")
    assert "name" not in made.inputs


@pytest.mark.parametrize(
    "make",
    [
        lambda: aws.ec2.Vpc("a", cidr_block="10.0.0.0/16"),
        lambda: aws.route53.Record("a", zone_id="Z", name="n.example.com", type="A", records=["203.0.113.1"], ttl=60),
        lambda: aws.iam.RolePolicyAttachment("a", role="r", policy_arn="p"),
    ],
)
def test_a_type_without_such_a_name_gets_none(recorded, make):
    assert not [value for value in one(recorded, make).inputs.values() if str(value).startswith("a-")]


def test_the_providers_own_description_is_filled_in(recorded):
    assert one(recorded, lambda: aws.ec2.SecurityGroup("a"))["description"] == "Managed by Pulumi"


# --- documents, numbers, tags ---


def test_a_structured_document_becomes_canonical_text(recorded):
    role = one(recorded, lambda: aws.iam.Role("a", assume_role_policy=ASSUMED))
    assert json.loads(role["assumeRolePolicy"]) == ASSUMED
    assert role["assumeRolePolicy"].startswith('{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow"')


def test_a_structured_document_with_an_unknown_part_is_unknown(recorded):
    def make() -> None:
        key = aws.kms.Key("k")
        statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key.arn}
        aws.iam.RolePolicy("p", role="r", policy={"Version": "2012-10-17", "Statement": [statement]})

    (policy,) = recorded(make).named("p")
    assert policy["policy"] == UNKNOWN


def test_tags_that_are_unknown_leave_all_tags_unknown(recorded):
    def make() -> None:
        aws.ec2.Vpc("v", cidr_block="10.0.0.0/16", tags=aws.kms.Key("k").arn.apply(lambda arn: {"Key": arn}))

    (vpc,) = recorded(make).named("v")
    assert vpc["tagsAll"] == UNKNOWN


def test_a_type_without_tags_gets_none(recorded):
    assert "tagsAll" not in one(recorded, lambda: aws.iam.RolePolicy("p", role="r", policy="{}")).inputs


def test_a_whole_number_is_one_in_the_recording(recorded):
    group = one(recorded, lambda: aws.cloudwatch.LogGroup("g", retention_in_days=14))
    assert isinstance(group["retentionInDays"], int)


# --- what only AWS decides ---


def test_optional_arguments_that_aws_fills_are_unknown_until_they_are_set(recorded):
    bare = one(recorded, lambda: aws.ec2.SecurityGroup("g"))
    ruled = one(recorded, lambda: aws.ec2.SecurityGroup("g", ingress=[], vpc_id="vpc-1"))
    assert (bare.outputs["ingress"], bare.outputs["vpcId"]) == (UNKNOWN, UNKNOWN)
    assert (ruled.outputs["ingress"], ruled.outputs["vpcId"]) == ([], "vpc-1")


def test_optional_arguments_that_aws_leaves_alone_are_absent(recorded):
    store = one(recorded, lambda: aws.rds.Instance("s", instance_class="db.t3.micro"))
    assert store.outputs["multiAz"] == UNKNOWN
    assert "storageEncrypted" not in store.outputs


def test_the_region_is_planned_by_the_provider(recorded):
    config = {"aws:region": "eu-west-1"}
    assert one(recorded, lambda: aws.ec2.SecurityGroup("g"), config=config).outputs["region"] == "eu-west-1"
    there = one(recorded, lambda: aws.ec2.SecurityGroup("g", region="us-east-1"), config=config)
    assert there.outputs["region"] == "us-east-1"


def test_a_type_that_no_imported_sdk_has_gives_its_inputs_back(recorded):
    class Strange(pulumi.CustomResource):
        def __init__(self, name: str) -> None:
            super().__init__("strange:thing/widget:Widget", name, {"size": 3})

    assert shape("strange:thing/widget:Widget") is NOTHING
    assert one(recorded, lambda: Strange("a")).outputs == {"size": 3, "id": UNKNOWN}
