"""What the SDK's types say is held against the schema of the Terraform provider that the SDK is made from."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from preview.provider import MANAGED_PROPERTIES, NAMED_OTHERWISE
from preview.shapes import shape

TOOL = Path(__file__).parents[3] / "shared" / "tools" / "provider-check" / "provider_check.py"

#: Modules whose types a platform like ours is made of.
MODULES = (
    *("acm", "appautoscaling", "backup", "cfg", "cloudfront", "cloudtrail", "cloudwatch", "dynamodb", "ec2", "ecr"),
    *("ecs", "efs", "elasticache", "guardduty", "iam", "kms", "lambda_", "lb", "rds", "route53", "s3"),
    *("secretsmanager", "sns", "sqs", "ssm", "vpc", "wafv2"),
)

#: What the SDK (7.51, made from provider 6) calls computed and the schema (5.100) does not, and the other way about.
#: Names and descriptions that Pulumi fills in itself stand in preview/provider.py and are left out here.
DIFFERENCES = {
    # An S3 object's key is filled in by Pulumi with the logical name.
    ("aws:s3/bucketObject:BucketObject", "key"),
    ("aws:s3/bucketObjectv2:BucketObjectv2", "key"),
    # Computed since provider 6.
    ("aws:cloudwatch/contributorInsightRule:ContributorInsightRule", "ruleState"),
    ("aws:ec2/natGateway:NatGateway", "secondaryAllocationIds"),
    ("aws:ec2/subnet:Subnet", "cidrBlock"),
    ("aws:ec2/subnet:Subnet", "ipv6CidrBlock"),
    ("aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr", "netmaskLength"),
    ("aws:ecs/service:Service", "availabilityZoneRebalancing"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "engine"),
    ("aws:route53/healthCheck:HealthCheck", "regions"),
    ("aws:route53/profilesResourceAssociation:ProfilesResourceAssociation", "resourceProperties"),
    # Was required in provider 5, and is the common optional `region` of provider 6.
    ("aws:cfg/aggregateAuthorization:AggregateAuthorization", "region"),
    # Computed in provider 5 only.
    ("aws:ec2/instance:Instance", "userData"),
    ("aws:ec2/launchConfiguration:LaunchConfiguration", "associatePublicIpAddress"),
    ("aws:ec2/spotInstanceRequest:SpotInstanceRequest", "userData"),
    ("aws:guardduty/organizationConfiguration:OrganizationConfiguration", "autoEnableOrganizationMembers"),
}


def tokens() -> list[str]:
    for module in MODULES:
        getattr(aws, module)
    chosen = {name.rstrip("_") for name in MODULES}
    registered = [module for modules in rpc._RESOURCE_MODULES.values() for module in modules]
    known = [token for module in registered for token in module.mod_info["classes"]]
    return [token for token in known if token.startswith("aws:") and token.split(":")[1].split("/")[0] in chosen]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    if not TOOL.exists():
        pytest.skip(f"{TOOL} is not there: nothing that reads the provider's schema")
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed: nothing to read the provider's schema with")
    spec = importlib.util.spec_from_file_location("provider_check", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def filled_in(token: str, name: str) -> bool:
    return name in (NAMED_OTHERWISE.get(token, "name"), *MANAGED_PROPERTIES)


def test_what_only_aws_decides_is_what_the_schema_calls_computed(tool):
    schema = tool.provider_schema()
    differences: set[tuple[str, str]] = set()
    compared = 0
    for token in tokens():
        terraform = schema.type_of(token)
        if terraform is None:
            continue
        known = shape(token)
        for attribute, about in schema.resources[terraform]["attributes"].items():
            forms = [tool.camel(form) for form in tool.plurals(attribute)]
            name = next((form for form in forms if form in known.returned), None)
            if name is None or attribute == "id" or (filled_in(token, name) and name in known.settable):
                continue
            compared += 1
            if bool(about.get("computed")) != (name in known.computed):
                differences.add((token, name))
    assert compared > 3000
    assert differences == DIFFERENCES


@pytest.mark.parametrize(
    ("token", "settable", "required", "computed"),
    [
        ("aws:ec2/subnet:Subnet", "vpcId", "vpcId", "arn"),
        ("aws:s3/bucketVersioning:BucketVersioning", "bucket", "bucket", "region"),
        ("aws:rds/instance:Instance", "multiAz", "instanceClass", "kmsKeyId"),
    ],
)
def test_shapes_have_names_as_on_the_wire(token, settable, required, computed):
    tokens()
    known = shape(token)
    assert settable in known.settable
    assert required in known.required
    assert required not in known.computed
    assert computed in known.computed


def test_an_optional_argument_that_aws_leaves_alone_is_not_computed():
    tokens()
    assert "storageEncrypted" in shape("aws:rds/instance:Instance").settable
    assert "storageEncrypted" not in shape("aws:rds/instance:Instance").computed
