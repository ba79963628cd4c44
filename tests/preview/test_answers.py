"""Identifiers and ARNs have the shape that AWS gives them."""

import re

import pulumi_aws as aws
import pulumi_random as random
import pytest

from preview import invokes

HEX17, UUID = "[0-9a-f]{17}", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
PLACE = "us-east-1:123456789012"

IDS = [
    (lambda: aws.ec2.Vpc("a", cidr_block="10.0.0.0/16"), f"vpc-{HEX17}"),
    (lambda: aws.ec2.Subnet("a", vpc_id="vpc-1", cidr_block="10.0.0.0/24"), f"subnet-{HEX17}"),
    (lambda: aws.ec2.SecurityGroup("a"), f"sg-{HEX17}"),
    (lambda: aws.ec2.NatGateway("a", subnet_id="subnet-1"), f"nat-{HEX17}"),
    (lambda: aws.ec2.VpcEndpoint("a", vpc_id="vpc-1", service_name="s"), f"vpce-{HEX17}"),
    (lambda: aws.vpc.SecurityGroupIngressRule("a", security_group_id="sg-1", ip_protocol="tcp"), f"sgr-{HEX17}"),
    (lambda: aws.efs.FileSystem("a"), f"fs-{HEX17}"),
    (lambda: aws.kms.Key("a"), UUID),
    (lambda: aws.s3.Bucket("a", bucket="logs"), "logs"),
    (lambda: aws.iam.Role("a", name="worker", assume_role_policy="{}"), "worker"),
    (lambda: aws.rds.Instance("a", instance_class="db.t3.micro"), f"db-{HEX17}"),
    (
        lambda: aws.lb.LoadBalancer("a", name="front"),
        rf"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/front/\w+",
    ),
]

ARNS = [
    (lambda: aws.ec2.Subnet("a", vpc_id="v", cidr_block="10.0.0.0/24"), f"arn:aws:ec2:{PLACE}:subnet/subnet-{HEX17}"),
    (lambda: aws.ec2.SecurityGroup("a"), f"arn:aws:ec2:{PLACE}:security-group/sg-{HEX17}"),
    (lambda: aws.iam.Role("a", name="w", path="/x/", assume_role_policy="{}"), "arn:aws:iam::123456789012:role/x/w"),
    (lambda: aws.kms.Key("a"), f"arn:aws:kms:{PLACE}:key/{UUID}"),
    (lambda: aws.s3.Bucket("a", bucket="logs"), "arn:aws:s3:::logs"),
    (lambda: aws.secretsmanager.Secret("a", name="x/y"), f"arn:aws:secretsmanager:{PLACE}:secret:x/y-[0-9a-f]{{6}}"),
    (lambda: aws.cloudwatch.LogGroup("a", name="/x/y"), f"arn:aws:logs:{PLACE}:log-group:/x/y"),
    (lambda: aws.ecs.Cluster("a", name="c"), f"arn:aws:ecs:{PLACE}:cluster/c"),
    (
        lambda: aws.ecs.Service("a", name="s", cluster=f"arn:aws:ecs:{PLACE}:cluster/c"),
        f"arn:aws:ecs:{PLACE}:service/c/s",
    ),
    (
        lambda: aws.ecs.TaskDefinition("a", family="f", container_definitions="[]"),
        f"arn:aws:ecs:{PLACE}:task-definition/f:1",
    ),
    (lambda: aws.rds.Instance("a", identifier="i", instance_class="db.t3.micro"), f"arn:aws:rds:{PLACE}:db:i"),
    (lambda: aws.lb.TargetGroup("a", name="t"), f"arn:aws:elasticloadbalancing:{PLACE}:targetgroup/t/[0-9a-f]{{16}}"),
    (
        lambda: aws.lb.LoadBalancer("a", name="n", load_balancer_type="network"),
        f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/net/n/[0-9a-f]{{16}}",
    ),
    (lambda: aws.sqs.Queue("a", name="q"), f"arn:aws:sqs:{PLACE}:q"),
    (lambda: aws.backup.Vault("a", name="v"), f"arn:aws:backup:{PLACE}:vault/v"),
]


def made(recorded, make):
    (resource,) = recorded(lambda: make() and None, known=True).resources.values()
    return resource


@pytest.mark.parametrize(("make", "form"), IDS)
def test_ids(recorded, make, form):
    assert re.fullmatch(form, made(recorded, make).id)


@pytest.mark.parametrize(("make", "form"), ARNS)
def test_arns(recorded, make, form):
    assert re.fullmatch(form, made(recorded, make).outputs["arn"])


def test_a_certificate_is_validated_by_one_record_a_name(recorded):
    def make():
        return aws.acm.Certificate("a", domain_name="example.com", subject_alternative_names=["*.example.com"])

    options = made(recorded, make).outputs["domainValidationOptions"]
    assert [option["domainName"] for option in options] == ["example.com", "*.example.com"]
    assert all(re.fullmatch(r"_[0-9a-f]{32}\.example\.com\.", option["resourceRecordName"]) for option in options)
    assert options[0]["resourceRecordName"] != options[1]["resourceRecordName"]


def test_the_list_of_a_gateway_endpoint_has_the_short_id_of_those_that_aws_manages(recorded):
    endpoint = made(recorded, lambda: aws.ec2.VpcEndpoint("a", vpc_id="vpc-1", service_name="s"))
    assert re.fullmatch(r"pl-[0-9a-f]{8}", endpoint.outputs["prefixListId"])


def test_a_generated_password_has_the_length_that_was_asked_for(recorded):
    assert len(made(recorded, lambda: random.RandomPassword("a", length=40)).outputs["result"]) == 40


def test_what_the_program_could_have_set_and_did_not_is_empty(recorded):
    group = made(recorded, lambda: aws.ec2.SecurityGroup("a"))
    assert (group.outputs["ingress"], group.outputs["egress"]) == ([], [])


def test_functions_answer_for_the_region_that_they_are_asked_about():
    answer = invokes.answer("aws:index/getRegion:getRegion", {"region": "us-west-2"}, "eu-west-1", "111122223333")
    assert answer["region"] == "us-west-2"


NAMED = {"name": "prefix-list-name", "values": ["com.amazonaws.global.cloudfront.origin-facing"]}


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({"name": NAMED["values"][0]}, False),
        ({"filters": [NAMED]}, False),
        ({"name": "offices"}, True),
        ({"filters": [{"name": "owner-id", "values": ["111122223333"]}]}, True),
    ],
)
def test_a_prefix_list_of_aws_s_has_an_id_as_aws_s_have(given, own):
    token = "aws:ec2/getManagedPrefixList:getManagedPrefixList"
    answer = invokes.answer(token, given, "eu-west-1", "111122223333")
    assert (len(answer["id"]) > len("pl-01234567")) is own


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("aws:index/getRegion:getRegion", {"region": "eu-west-1"}),
        ("aws:index/getAvailabilityZones:getAvailabilityZones", {"names": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]}),
        ("aws:index/getCallerIdentity:getCallerIdentity", {"accountId": "111122223333"}),
        ("aws:some/getThing:getThing", {"given": 1}),
    ],
)
def test_functions_answer_for_the_providers_place(function, expected):
    answer = invokes.answer(function, {"given": 1}, "eu-west-1", "111122223333")
    assert expected.items() <= answer.items()
