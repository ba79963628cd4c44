"""Whatever is built from a name depends on the resource of that name: else it may come first, and fail."""

import json
import re

import pulumi
import pulumi_aws as aws

from preview.recording import RecordedResource, Recording
from tests.components.examples import built
from tests.contracts.recordings import Order, each_environment, each_stack, in_aws, managed, texts
from tests.contracts.test_names import LIMITS
from tests.stacks import recorded

#: A text that holds a name and needs no edge to its resource, and why; the stated other resource waits instead.
REVERSED = {
    ("database-log", "name"): "RDS writes to the group of this name if it finds it: the instance waits for the group",
    **{
        (
            f"function-{name}-run",
            "policy.Statement[4].Condition.ArnEquals.lambda:SourceFunctionArn",
        ): "it denies the code what Lambda itself needs: the function waits for its permissions"
        for name in ("rotate-database", "rotate-user")
    },
    **{
        ("bucket-cloudtrail-policy", f"policy.Statement[{index}].Condition.StringEquals.aws:SourceArn"): (
            "CloudTrail tries the bucket when the trail is made: the trail waits for the policy"
        )
        for index in (1, 2)
    },
    ("key-key", "policy.Statement[8].Condition.StringEquals.aws:SourceArn"): (
        "CloudTrail tries the key, too: the trail waits for it"
    ),
    ("database-final-snapshot", "keepers.identifier"): "a new identifier draws a new suffix: the instance waits for it",
}
#: Properties in which a name is a label for people, or what a function or SNS compares with names it is told later.
LABELS = re.compile(
    r"^(tags|tagsAll)\.|^description$|^environment\.variables\.PUBLIC_GROUPS\[|^filterPolicy\.AlarmName\[\d+\]\.prefix$"
)


def names(recording: Recording) -> dict[str, set[str]]:
    """Physical names and ARNs, and the URNs of the resources that have them."""
    found: dict[str, set[str]] = {}
    for resource in in_aws(recording):
        limit = LIMITS.get(resource.type)
        own = [_unique(resource, resource[limit.name])] if limit and limit.unique else []
        arn = resource.outputs.get("arn")
        for name in [*own, *([arn] if isinstance(arn, str) and arn.startswith("arn:aws:") else [])]:
            found.setdefault(name, set()).add(resource.urn)
    return found


def _unique(resource: RecordedResource, name: str) -> str:
    """A service whose name is its bare word is unique in its cluster only, and is named with that."""
    bare = resource.type == "aws:ecs/service:Service" and resource.name == f"service-{name}-service"
    return f"{resource['cluster'].rpartition('/')[2]}/{name}" if bare else name


def _reversed(name: str, path: str) -> bool:
    """Whether a resource waits for the document that names it; the trail's bucket and key policies of any system."""
    trail = re.fullmatch(r"policy\.Statement\[\d+\]\.Condition\.StringEquals\.aws:SourceArn", path)
    return (name, path) in REVERSED or bool(trail and re.fullmatch(r"key-key|bucket-.*-policy", name))


def missing(recording: Recording) -> list[str]:
    """Texts that hold the name or ARN of another resource of the stack without depending on it."""
    owners, order, found = names(recording), Order(recording), []
    token = re.compile(
        r"(?<![\w.-])(" + "|".join(map(re.escape, sorted(owners, key=len, reverse=True))) + r")(?![\w.-])"
    )
    for resource in managed(recording):
        own = LIMITS[resource.type].name if resource.type in LIMITS else ""
        for path, text in texts(resource.inputs):
            if LABELS.search(path):
                continue
            for name in {match[1] for match in token.finditer(text)}:
                there = owners[name] - {resource.urn}
                if not there or (path == own and text == name) or there & order.before(resource.urn):
                    continue
                if _reversed(resource.name, path) and any(resource.urn in order.before(urn) for urn in there):
                    continue
                found.append(f"{resource.name}.{path} holds {name} and does not wait for {sorted(there)}")
    return found


@each_stack
def test_whatever_is_built_from_a_name_waits_for_its_resource(stack):
    """Names and ARNs in documents and properties, each with an edge, direct or through others."""
    assert missing(recorded(stack, True)) == []


@each_environment
def test_names_are_found_where_they_are(stack):
    """The check looks at something: the places known to be built from names are among those it sees."""
    recording = recorded(stack, True)
    owners = names(recording)
    holding = {
        (resource.name, path.partition(".")[0].partition("[")[0])
        for resource in managed(recording)
        for path, text in texts(resource.inputs)
        if any(name in text and resource.urn not in urns for name, urns in owners.items())
    }
    assert {
        ("key-key", "policy"),
        ("service-fastapi-start", "policy"),
        ("service-fastapi-task-objects", "policy"),
        ("service-fastapi-task", "containerDefinitions"),
        ("scaling-fastapi-target", "resourceId"),
        ("snapshot-export-bucket", "policy"),
        ("flow-logs-write", "policy"),
        ("bucket-logs-policy", "policy"),
        ("database-log", "name"),
    } <= holding


def test_a_missing_edge_is_found():
    """A policy that names a bucket by text alone is refused; with `depends_on` it is not."""

    def program(depends: bool) -> None:
        bucket = aws.s3.Bucket("b", bucket="acme-test-media")
        role = aws.iam.Role("r", name="acme-test-role", assume_role_policy="{}")
        text = json.dumps({"Statement": [{"Resource": "arn:aws:s3:::acme-test-media/app/*"}]})
        options = pulumi.ResourceOptions(depends_on=[bucket] if depends else None)
        aws.iam.RolePolicy("p", name="p", role=role.name, policy=text, opts=options)

    [message] = missing(built(lambda: program(False)))
    assert message.startswith("p.policy.Statement[0].Resource holds arn:aws:s3:::acme-test-media and does not wait for")
    assert missing(built(lambda: program(True))) == []


def test_reversed_edges_are_still_needed():
    """No row of the table outlives its reason."""
    present = {
        each.name
        for stack in ("prod", "shared", "techcorp/production")
        for each in recorded(stack, True).resources.values()
    }
    assert {name for name, _ in REVERSED} <= present


@each_environment
def test_a_service_waits_for_what_its_first_task_needs(stack):
    """Permissions of both roles, the listener, the capacity, its log group: else the first deployment may fail."""
    recording = recorded(stack, False)
    [service] = recording.of("aws:ecs/service:Service")
    before = {recording.resources[urn].name for urn in Order(recording).before(service.urn)}
    policies = {each.name for each in recording.of("aws:iam/rolePolicy:RolePolicy") if each.name.startswith("service-")}
    assert len(policies) == 5
    assert {*policies, "load-balancer-https", "cluster-capacity", "service-fastapi-log"} <= before


@each_environment
def test_a_service_waits_for_the_network_path_of_its_image(stack):
    """Routes, network ACLs, security-group rules and endpoints: without one a task cannot pull its image."""
    recording = recorded(stack, False)
    [service] = recording.of("aws:ecs/service:Service")
    before = set(Order(recording).before(service.urn))
    variants = [
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/networkAclRule:NetworkAclRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
    ]
    assert {each.urn for way in variants for each in recording.of(way)} - before == set()


@each_environment
def test_a_service_waits_for_the_first_version_of_its_secrets(stack):
    """A task whose secret has no version yet does not start (ResourceInitializationError)."""
    recording = recorded(stack, False)
    [service] = recording.of("aws:ecs/service:Service")
    before = {recording.resources[urn].name for urn in Order(recording).before(service.urn) if "Version:" in urn}
    read = {"database-credentials", "cache-token", "secrets-jwt-secret", "secrets-external-api-keys"}
    assert read <= before
