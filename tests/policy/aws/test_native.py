"""aws-native: its tokens and names as its SDK has them, and the same words in the engine and in `guard check`."""

from __future__ import annotations

import json

import pytest

from guard.aws import native
from guard.aws.cloudformation_network import TYPES
from guard.aws.templates import outer, unfolded
from guard.cli.state import read
from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.locations import PROVIDERS
from guard.model.rule import judge
from guard.rules import RULES
from tests.policy.engine import Declared, EngineRun
from tests.policy.graphs import graph, named

# From pulumi_aws_native 1.84 (resource_modules in its __init__.py), where a name is not as one would write it.
TOKENS = {
    "AWS::RDS::DBInstance": "aws-native:rds:DbInstance",
    "AWS::EC2::VPC": "aws-native:ec2:Vpc",
    "AWS::EC2::VPCGatewayAttachment": "aws-native:ec2:VpcGatewayAttachment",
    "AWS::WAFv2::WebACLAssociation": "aws-native:wafv2:WebAclAssociation",
    "AWS::OpenSearchService::Domain": "aws-native:opensearchservice:Domain",
    "AWS::ElasticLoadBalancingV2::Listener": "aws-native:elasticloadbalancingv2:Listener",
    "AWS::MSK::Cluster": "aws-native:msk:Cluster",
    "AWS::Config::ConfigRule": "aws-native:configuration:ConfigRule",
    "AWS::S3::Bucket": "aws-native:s3:Bucket",
}


@pytest.mark.parametrize(("kind", "token"), TOKENS.items(), ids=list(TOKENS))
def test_a_token_follows_from_the_type(kind: str, token: str) -> None:
    assert native.token_of(kind) == token


def test_every_type_that_is_read_has_a_token_of_its_own() -> None:
    kinds = list(TYPES)
    assert len({native.token_of(kind) for kind in kinds}) == len(kinds)


def test_what_it_reads_and_what_it_does_not_are_told_in_the_engine() -> None:
    """A bucket is judged under its own URN, and so is what the provider declares beside it; a flow is named."""
    half = {"publicAccessBlockConfiguration": {"blockPublicAcls": True}}
    bucket = Declared("files", "aws-native:s3:Bucket", half)
    flow = Declared("orders", "aws-native:appflow:Flow", {"flowName": "orders"})
    answer = EngineRun().preview([bucket, flow])
    told = [(one.urn, one.mandatory, one.message.split("\n")[-1]) for one in answer.diagnostics]
    assert any(urn == bucket.urn and "[public-access-block-complete]" in text for urn, _, text in told)
    (unread,) = [(urn, hard, text) for urn, hard, text in told if "[resource-within-unread]" in text]
    assert unread[:2] == (flow.urn, False)
    assert "orders is of a type that this pack cannot read: aws-native:appflow:Flow" in unread[2]


def test_others_lead_to_it() -> None:
    """By what stands behind an unknown value, and by its id once that is known."""
    group = Declared("own", "aws-native:ec2:SecurityGroup", {"groupDescription": "data"})
    store = Declared("it", "aws:rds/instance:Instance", {"engine": "postgres"}, {"vpcSecurityGroupIds[0]": "own.id"})
    for known in (False, True):
        stack = Stack(unfolded(graph(group, store, known=known).resources.values()))
        found = stack.targets(named(stack, "it"), "vpcSecurityGroupIds", "aws:ec2/securityGroup:SecurityGroup")
        assert [one.name for one in found.sure] == ["own"]


def test_its_provider_says_where_it_is() -> None:
    urn = "urn:pulumi:dev::shop::"
    provider = f"{urn}pulumi:providers:aws-native::default"
    resources = [
        {"urn": provider, "type": PROVIDERS[1], "custom": True, "id": "1", "inputs": {"region": "eu-west-1"}},
        {"urn": f"{urn}aws-native:s3:Bucket::files", "type": "aws-native:s3:Bucket", "custom": True,
         "provider": f"{provider}::1", "inputs": {}},
    ]  # fmt: skip
    (state,) = read(json.dumps({"version": 3, "deployment": {"resources": resources}}), "x")
    assert [one.region for one in unfolded(state.resources)][1] == "eu-west-1"


@pytest.mark.parametrize("name", ["site//index.html", "a::b//c", "//"])
def test_a_name_with_slashes_is_a_name(name: str) -> None:
    """What an inner resource's URN is marked by stands in no name: paths are names too."""
    urn = f"urn:pulumi:dev::shop::aws:cloudformation/stack:Stack::{name}"
    body = {"Resources": {"Disk": {"Type": "AWS::EC2::Volume", "Properties": {"Encrypted": False}}}}
    holder = Resource(urn, "aws:cloudformation/stack:Stack", {"templateBody": json.dumps(body)})
    assert [outer(one.urn) for one in unfolded([holder])] == [urn, urn]


def test_its_provider_s_account_is_the_stack_s_own() -> None:
    provider = Resource("u::pulumi:providers:aws-native::n", PROVIDERS[1], {"allowedAccountIds": ["111122223333"]})
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    role = Resource(
        "u::aws-native:iam:Role::r", "aws-native:iam:Role", {"assumeRolePolicyDocument": {"Statement": [statement]}}
    )
    stack = Stack(unfolded([provider, role]))
    assert judge(RULES["trust-other-account"], named(stack, "r"), stack) == []


def test_one_of_which_nothing_is_known_yet_is_named() -> None:
    machines = Resource(
        "u::aws-native:ec2:LaunchTemplate::l", "aws-native:ec2:LaunchTemplate", {"launchTemplateData": UNKNOWN}
    )
    assert [one.type for one in unfolded([machines])] == [native.ANY]
