"""How the proofs read a recording: resources by class, and rules, routes and documents in one form each.

A proof fails with an AssertionError: what a stack lacks or has twice is an assertion here too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi_aws

from preview.recording import RecordedResource, Recording
from tests.requirements.expected import SUBNETS

T = TypeVar("T")


def token(name: str) -> str:
    """The type token of a class that the ledger names: `ec2.Vpc`. A misspelt name would make any proof pass."""
    module, _, class_ = name.partition(".")
    return getattr(getattr(pulumi_aws, module), class_).pulumi_type


def of(stack: Recording, name: str) -> list[RecordedResource]:
    """The resources of a class."""
    return stack.of(token(name))


def only(found: Iterable[T]) -> T:
    """The one of one."""
    every = list(found)
    assert len(every) == 1, f"one was expected, not {len(every)}: {every}"
    return every[0]


def one(stack: Recording, name: str) -> RecordedResource:
    """The only resource of a class."""
    return only(of(stack, name))


def at(stack: Recording, class_: str, /, **inputs: Any) -> RecordedResource:
    """The only resource of a class with these inputs."""
    return only(each for each in of(stack, class_) if all(each.inputs.get(key) == inputs[key] for key in inputs))


def arn(resource: RecordedResource) -> str:
    return resource.outputs["arn"]


def ids(resources: Iterable[RecordedResource]) -> list[str]:
    return [str(each.id) for each in resources]


def texts(value: Any) -> Iterable[str]:
    """Every text in a value."""
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)


# The network.


def subnets(stack: Recording, environment: str, tier: str) -> list[RecordedResource]:
    """A tier's subnets in the order of the zones, by the ledger's addresses."""
    return [at(stack, "ec2.Subnet", cidrBlock=cidr) for cidr in SUBNETS[environment][tier]]


def table_of(stack: Recording, subnet: RecordedResource) -> RecordedResource:
    """The route table that a subnet is associated with."""
    association = at(stack, "ec2.RouteTableAssociation", subnetId=subnet.id)
    return only(table for table in of(stack, "ec2.RouteTable") if table.id == association["routeTableId"])


def tables_of(stack: Recording, environment: str, tier: str) -> list[RecordedResource]:
    """The route tables of a tier, each once."""
    return list(
        {table.urn: table for table in (table_of(stack, each) for each in subnets(stack, environment, tier))}.values()
    )


def routes_of(stack: Recording, table: RecordedResource) -> list[dict[str, Any]]:
    """A table's configured routes, inline or of their own: the inputs but the table's id."""
    own = [each.inputs for each in of(stack, "ec2.Route") if each["routeTableId"] == table.id]
    inline = [
        {("destinationCidrBlock" if key == "cidrBlock" else key): value for key, value in route.items()}
        for route in table.inputs.get("routes", [])
    ]
    return [{key: value for key, value in route.items() if key != "routeTableId"} for route in own + inline]


def endpoint_tables(stack: Recording, endpoint: RecordedResource) -> list[str]:
    """The route tables that hold a gateway endpoint's route."""
    associated = [
        each["routeTableId"]
        for each in of(stack, "ec2.VpcEndpointRouteTableAssociation")
        if each["vpcEndpointId"] == endpoint.id
    ]
    return [*endpoint.inputs.get("routeTableIds", []), *associated]


PROTOCOLS = {"6": "tcp", "17": "udp", "all": "-1"}


@dataclass(frozen=True, order=True)
class PeerRule:
    """One rule of a security group, with one peer."""

    egress: bool
    protocol: str
    ports: tuple[int, int] | tuple[()]  #: empty is every port
    peer: str  #: a group's id, a CIDR, a prefix list


def rules_of(stack: Recording, group: str) -> list[PeerRule]:
    """All rules of a group, inline or of their own, sorted; a rule for two peers is two."""
    resource = only(each for each in of(stack, "ec2.SecurityGroup") if each.id == group)
    written: list[tuple[bool, Mapping[str, Any]]] = []
    for name, egress in (("vpc.SecurityGroupIngressRule", False), ("vpc.SecurityGroupEgressRule", True)):
        written += [(egress, each.inputs) for each in of(stack, name) if each["securityGroupId"] == group]
    for each in of(stack, "ec2.SecurityGroupRule"):
        if each["securityGroupId"] == group:
            written.append((each["type"] == "egress", each.inputs))
    for word in ("ingress", "egress"):
        written += [(word == "egress", each) for each in resource.inputs.get(word, [])]
    return sorted(rule for egress, each in written for rule in _rules(egress, each, group))


def _rules(egress: bool, written: Mapping[str, Any], group: str) -> Iterable[PeerRule]:
    protocol = str(written.get("ipProtocol", written.get("protocol")))
    protocol = PROTOCOLS.get(protocol, protocol)
    ports = () if protocol == "-1" else (written["fromPort"], written["toPort"])
    peers = [
        written[key]
        for key in ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId", "sourceSecurityGroupId")
        if key in written
    ]
    for key in ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"):
        peers += written.get(key, [])
    if written.get("self"):
        peers.append(group)
    assert peers, f"a rule of {group} without a peer: {written}"
    return [PeerRule(egress, protocol, ports, peer) for peer in peers]


def ingress(protocol: str, port: int, peer: str) -> PeerRule:
    return PeerRule(False, protocol, (port, port), peer)


def egress(protocol: str, port: int, peer: str) -> PeerRule:
    return PeerRule(True, protocol, (port, port), peer)


def groups(stack: Recording) -> dict[str, str]:
    """The ids of the five security groups, by who carries them."""
    service = one(stack, "ecs.Service")["networkConfiguration"]
    interfaces = [each for each in of(stack, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    return {
        "alb": only(one(stack, "lb.LoadBalancer")["securityGroups"]),
        "app": only(service["securityGroups"]),
        "rds": only(one(stack, "rds.Instance")["vpcSecurityGroupIds"]),
        "redis": only(one(stack, "elasticache.ReplicationGroup")["securityGroupIds"]),
        "endpoint": only({group for each in interfaces for group in each["securityGroupIds"]}),
    }


@dataclass(frozen=True, order=True)
class NetworkAclEntry:
    """One numbered rule of a network ACL."""

    number: int
    action: str
    protocol: str
    ports: tuple[int, int] | tuple[()]  #: empty is every port
    cidr: str


def acl_of(stack: Recording, subnet: RecordedResource) -> RecordedResource:
    """The network ACL of a subnet."""
    associated = [
        each["networkAclId"] for each in of(stack, "ec2.NetworkAclAssociation") if each["subnetId"] == subnet.id
    ]
    return only(
        acl
        for acl in of(stack, "ec2.NetworkAcl")
        if subnet.id in acl.inputs.get("subnetIds", []) or acl.id in associated
    )


def acl_rules(stack: Recording, acl: RecordedResource, egress: bool) -> list[NetworkAclEntry]:
    """An ACL's rules of one direction, inline or of their own, by number."""
    own = [
        each.inputs
        for each in of(stack, "ec2.NetworkAclRule")
        if each["networkAclId"] == acl.id and each.inputs.get("egress", False) is egress
    ]
    inline = acl.inputs.get("egress" if egress else "ingress", [])
    return sorted(_acl_rule(each) for each in [*own, *inline])


def _acl_rule(written: Mapping[str, Any]) -> NetworkAclEntry:
    protocol = str(written["protocol"])
    protocol = PROTOCOLS.get(protocol, protocol)
    ports = () if protocol == "-1" else (written["fromPort"], written["toPort"])
    number, action = written.get("ruleNumber", written.get("ruleNo")), written.get("ruleAction", written.get("action"))
    return NetworkAclEntry(int(number), action, protocol, ports, written.get("cidrBlock", written.get("ipv6CidrBlock")))


# Documents.


@dataclass(frozen=True)
class Statement:
    """One statement of a policy document; a single action, resource or principal is a list of one."""

    effect: str
    actions: Sequence[str]
    resources: Sequence[str]
    principals: Sequence[tuple[str, str]]  #: (Service, ecs-tasks.amazonaws.com); (*, *) is everybody
    condition: Mapping[str, Any]
    negated: bool  #: whether it has a NotAction, NotResource or NotPrincipal

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"


def document(text: str) -> list[Statement]:
    """The statements of a policy document."""
    written = json.loads(text)["Statement"]
    return [_statement(each) for each in (written if isinstance(written, list) else [written])]


def _statement(written: Mapping[str, Any]) -> Statement:
    principal = written.get("Principal", {})
    named = {"*": "*"} if principal == "*" else principal
    return Statement(
        effect=written["Effect"],
        actions=_several(written.get("Action", [])),
        resources=_several(written.get("Resource", [])),
        principals=[(kind, each) for kind, some in named.items() for each in _several(some)],
        condition=written.get("Condition", {}),
        negated=any(key.startswith("Not") for key in written),
    )


def _several(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def role(stack: Recording, role_arn: str) -> RecordedResource:
    """The role of the stack with an ARN."""
    return only(each for each in of(stack, "iam.Role") if arn(each) == role_arn)


def trusting(stack: Recording, service: str) -> list[RecordedResource]:
    """The roles that a service may assume."""
    return [
        each
        for each in of(stack, "iam.Role")
        if any(("Service", service) in statement.principals for statement in document(each["assumeRolePolicy"]))
    ]


def attached(stack: Recording, of_role: RecordedResource) -> list[str]:
    """The ARNs of the policies attached to a role."""
    names = (of_role["name"], of_role.id, arn(of_role))
    own = [each["policyArn"] for each in of(stack, "iam.RolePolicyAttachment") if each["role"] in names]
    return [*own, *of_role.inputs.get("managedPolicyArns", [])]


def permissions(stack: Recording, of_role: RecordedResource) -> list[Statement]:
    """What a role may do by the stack's own policies: its role policies, inline ones, and those attached."""
    names = (of_role["name"], of_role.id, arn(of_role))
    found = [each["policy"] for each in of(stack, "iam.RolePolicy") if each["role"] in names]
    found += [each["policy"] for each in of_role.inputs.get("inlinePolicies", [])]
    found += [each["policy"] for each in of(stack, "iam.Policy") if arn(each) in attached(stack, of_role)]
    return [statement for each in found for statement in document(each)]


def granted(statements: Iterable[Statement]) -> dict[str, set[str]]:
    """The resources that each action is allowed on."""
    found: dict[str, set[str]] = {}
    for each in statements:
        if each.allows:
            for action in each.actions:
                found.setdefault(action, set()).update(each.resources)
    return found


# Data.


def container(stack: Recording) -> dict[str, Any]:
    """The one container of the one task definition."""
    return only(json.loads(one(stack, "ecs.TaskDefinition")["containerDefinitions"]))


def secret(stack: Recording, name: str) -> RecordedResource:
    return at(stack, "secretsmanager.Secret", name=name)


def secret_text(stack: Recording, name: str) -> str:
    """What a secret's one version holds."""
    wanted = secret(stack, name)
    version = only(
        each for each in of(stack, "secretsmanager.SecretVersion") if each["secretId"] in (wanted.id, arn(wanted))
    )
    assert "secretString" in version.secrets, f"the value of {name} is not marked secret"
    return version["secretString"]


def key(stack: Recording) -> RecordedResource:
    """The stack's customer managed key."""
    return one(stack, "kms.Key")


def of_bucket(stack: Recording, name: str, bucket: RecordedResource) -> RecordedResource:
    """The only resource of a class that belongs to a bucket."""
    return only(each for each in of(stack, name) if each["bucket"] in (bucket.id, bucket["bucket"], arn(bucket)))


def encryption(stack: Recording, bucket: RecordedResource) -> tuple[str, str | None]:
    """A bucket's algorithm and key."""
    rule = only(of_bucket(stack, "s3.BucketServerSideEncryptionConfiguration", bucket)["rules"])
    default = rule["applyServerSideEncryptionByDefault"]
    return default["sseAlgorithm"], default.get("kmsMasterKeyId")


def versioning(stack: Recording, bucket: RecordedResource) -> str | None:
    """Whether a bucket keeps versions: Enabled, Suspended, or nothing said."""
    found = [each for each in of(stack, "s3.BucketVersioning") if each["bucket"] in (bucket.id, bucket["bucket"])]
    return only(found)["versioningConfiguration"]["status"] if found else None


def access_log_bucket(stack: Recording) -> RecordedResource:
    """The bucket that the load balancer writes its logs to."""
    logs = one(stack, "lb.LoadBalancer")["accessLogs"]
    return only(each for each in of(stack, "s3.Bucket") if each["bucket"] == logs["bucket"])


def topic(platform: Recording, severity: str) -> RecordedResource:
    return at(platform, "sns.Topic", name=f"{platform.stack}-{severity}-alerts")
