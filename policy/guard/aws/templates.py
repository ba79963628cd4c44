"""Resources inside resources: what a template, a Cloud Control resource or an option setting will make.

A type of CloudFormation stands for one of the provider's, its properties for those of its own. What is not in the table
here cannot be read, and a rule of its own names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, cast

from guard.aws.texts import data
from guard.model.graph import ABSENT, UNKNOWN, Resource, dig, items

CLOUD_CONTROL: Final = "aws:cloudcontrol/resource:Resource"
TEMPLATES: Final = ("aws:cloudformation/stack:Stack", "aws:cloudformation/stackSet:StackSet")
BEANSTALK: Final = (
    "aws:elasticbeanstalk/environment:Environment",
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
)
PORTS: Final = "aws:lightsail/instancePublicPorts:InstancePublicPorts"
HOLDERS: Final = (CLOUD_CONTROL, *TEMPLATES, *BEANSTALK, PORTS)

MARK: Final = "//"  # in the URN of an inner resource, after its holder's


class ProviderType(NamedTuple):
    """A type of the provider, and its properties where they are called otherwise."""

    token: str
    renamed: dict[str, str] = {}


_DATABASE: Final = {
    "DBInstanceClass": "instanceClass",
    "DBInstanceIdentifier": "identifier",
    "DBClusterIdentifier": "clusterIdentifier",
    "DBSubnetGroupName": "dbSubnetGroupName",
    "DBParameterGroupName": "parameterGroupName",
    "DBClusterParameterGroupName": "dbClusterParameterGroupName",
    "DBSnapshotIdentifier": "snapshotIdentifier",
    "SourceDBInstanceIdentifier": "replicateSourceDb",
    "VPCSecurityGroups": "vpcSecurityGroupIds",
    "MasterUsername": "username",
    "MasterUserPassword": "password",
}
KINDS: Final[dict[str, ProviderType]] = {
    "AWS::RDS::DBInstance": ProviderType("aws:rds/instance:Instance", _DATABASE),
    "AWS::RDS::DBCluster": ProviderType(
        "aws:rds/cluster:Cluster", {**_DATABASE, "DBClusterInstanceClass": "dbClusterInstanceClass"}
    ),
    "AWS::DocDB::DBCluster": ProviderType("aws:docdb/cluster:Cluster", _DATABASE),
    "AWS::Neptune::DBCluster": ProviderType(
        "aws:neptune/cluster:Cluster", {"DBSubnetGroupName": "neptuneSubnetGroupName"}
    ),
    "AWS::Redshift::Cluster": ProviderType("aws:redshift/cluster:Cluster"),
    "AWS::ElastiCache::ReplicationGroup": ProviderType(
        "aws:elasticache/replicationGroup:ReplicationGroup", {"CacheSubnetGroupName": "subnetGroupName"}
    ),
    "AWS::EC2::Volume": ProviderType("aws:ebs/volume:Volume"),
    "AWS::EFS::FileSystem": ProviderType("aws:efs/fileSystem:FileSystem"),
    "AWS::EC2::SecurityGroup": ProviderType(
        "aws:ec2/securityGroup:SecurityGroup", {"SecurityGroupIngress": "ingress", "SecurityGroupEgress": "egress"}
    ),
    "AWS::IAM::ManagedPolicy": ProviderType("aws:iam/policy:Policy", {"PolicyDocument": "policy"}),
    "AWS::IAM::Role": ProviderType(
        "aws:iam/role:Role", {"AssumeRolePolicyDocument": "assumeRolePolicy", "Policies": "inlinePolicies"}
    ),
    "AWS::Kinesis::Stream": ProviderType("aws:kinesis/stream:Stream", {"StreamEncryption": ""}),
    "AWS::SNS::Topic": ProviderType("aws:sns/topic:Topic"),
    "AWS::SQS::Queue": ProviderType("aws:sqs/queue:Queue", {"SqsManagedSseEnabled": "sqsManagedSseEnabled"}),
    "AWS::KMS::Key": ProviderType("aws:kms/key:Key", {"KeyPolicy": "policy"}),
    "AWS::S3::BucketPolicy": ProviderType("aws:s3/bucketPolicy:BucketPolicy", {"PolicyDocument": "policy"}),
    "AWS::Lambda::Url": ProviderType("aws:lambda/functionUrl:FunctionUrl", {"AuthType": "authorizationType"}),
}
_SSH: Final = "SSHSourceRestriction"
_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
INNER: Final = frozenset({_GROUP, *(kind.token for kind in KINDS.values())})

# Within the rules of a group and the policies of a role.
_PARTS: Final = {
    "IpProtocol": "protocol",
    "CidrIp": "cidrBlocks",
    "CidrIpv6": "ipv6CidrBlocks",
    "SourceSecurityGroupId": "securityGroups",
    "DestinationSecurityGroupId": "securityGroups",
    "SourcePrefixListId": "prefixListIds",
    "PolicyDocument": "policy",
    "PolicyName": "name",
}
_LISTS: Final = ("cidrBlocks", "ipv6CidrBlocks", "securityGroups", "prefixListIds")


@dataclass(frozen=True)
class Within:
    """What a resource holds: what can be read of it, what cannot, and what is not known yet."""

    resources: tuple[Resource, ...] = ()
    unread: tuple[str, ...] = ()  # types, or why
    unknown: tuple[str, ...] = ()  # properties


def unfolded(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Yield resources and, after each, what it holds."""
    for resource in resources:
        yield resource
        if resource.type in HOLDERS:
            yield from within(resource).resources


def outer(urn: str) -> str:
    """Return the URN that the engine knows: an inner resource's is its holder's."""
    return urn.partition(MARK)[0]


def within(holder: Resource) -> Within:
    """Read what a resource holds."""
    if holder.type == CLOUD_CONTROL:
        return _one(holder)
    if holder.type in TEMPLATES:
        return _template(holder)
    if holder.type == PORTS:
        return Within(_ports(holder), unknown=("portInfos",) if UNKNOWN in items(holder["portInfos"]) else ())
    return Within(_options(holder), unknown=("settings",) if any(map(_unclear, items(holder["settings"]))) else ())


def _unclear(part: Any) -> bool:
    """Say whether nobody knows yet what an option setting opens, or that it does."""
    name, value = dig(part, "name"), dig(part, "value")
    return UNKNOWN in (part, name) or (name == _SSH and value is UNKNOWN)


def _one(holder: Resource) -> Within:
    kind, state = holder["typeName"], data(holder["desiredState"])
    if UNKNOWN in (kind, state):
        return Within(unknown=("typeName" if kind is UNKNOWN else "desiredState",))
    made = _made(holder, str(kind), "desired", state)
    return Within((made,)) if made else Within(unread=(str(kind),))


def _template(holder: Resource) -> Within:
    body = holder["templateBody"]
    if body is UNKNOWN:
        return Within(unknown=("templateBody",))
    declared = dig(data(body), "Resources")
    if not isinstance(declared, dict):
        return Within(unread=("a template that is elsewhere",))
    found: list[Resource] = []
    unread: list[str] = []
    for name, one in cast(dict[str, Any], declared).items():
        kind = dig(one, "Type")
        made = _made(holder, str(kind), name, dig(one, "Properties"))
        if made:
            found.append(made)
        else:
            unread.append(str(kind))
    return Within(tuple(found), tuple(dict.fromkeys(unread)))


def _made(holder: Resource, kind: str, name: str, properties: Any) -> Resource | None:
    known = KINDS.get(kind)
    if known is None:
        return None
    table = cast(dict[str, Any], properties) if isinstance(properties, dict) else {}
    inputs = {known.renamed.get(key, _camel(key)): _value(value) for key, value in table.items()}
    if kind == "AWS::Kinesis::Stream" and isinstance(table.get("StreamEncryption"), dict):
        inputs["encryptionType"] = _value(table["StreamEncryption"]).get("encryptionType")
    return _inner(holder, known.token, name, inputs)


def _inner(holder: Resource, token: str, name: str, inputs: dict[str, Any]) -> Resource:
    urn = f"{holder.urn}{MARK}{name}::{holder.name}/{name}"
    return replace(holder, urn=urn, type=token, inputs=inputs, outputs={}, depends={}, parent="")


def _camel(name: str) -> str:
    """Return a property's name as the provider writes it: KmsKeyId is kmsKeyId, KMSKeyId too."""
    start = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z]", name)
    return name[: start.end()].lower() + name[start.end() :] if start else name


def _value(value: Any) -> Any:
    """Return a value with the provider's names; what a function of the template will say is unknown."""
    if isinstance(value, list):
        return [_value(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    table = cast(dict[str, Any], value)
    if len(table) == 1 and (next(iter(table)) in ("Ref", "Condition") or next(iter(table)).startswith("Fn::")):
        return UNKNOWN
    if "Statement" in table or "Effect" in table:  # a policy document keeps its words
        return {key: _functions(inner) for key, inner in table.items()}
    renamed: dict[str, Any] = {_PARTS.get(key, _camel(key)): _value(inner) for key, inner in table.items()}
    return {key: items(inner) if key in _LISTS else inner for key, inner in renamed.items()}


def _functions(value: Any) -> Any:
    if isinstance(value, list):
        return [_functions(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    table = cast(dict[str, Any], value)
    if len(table) == 1 and (next(iter(table)) == "Ref" or next(iter(table)).startswith("Fn::")):
        return UNKNOWN
    return {key: _functions(inner) for key, inner in table.items()}


# --- ports --------------------------------------------------------------------------------------------------------


def _options(holder: Resource) -> tuple[Resource, ...]:
    """Return the group that Elastic Beanstalk makes for its machines, as far as an option opens SSH."""
    rules: list[dict[str, Any]] = []
    for setting in items(holder["settings"]):
        if dig(setting, "name") != _SSH:
            continue
        value = dig(setting, "value")
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
        if len(parts) == 4 and not parts[3].startswith("sg-"):
            protocol, first, last, source = parts
            rules.append(
                {"protocol": protocol, "fromPort": _port(first), "toPort": _port(last), "cidrBlocks": [source]}
            )
    return (_inner(holder, _GROUP, "machines", {"ingress": rules}),) if rules else ()


def _ports(holder: Resource) -> tuple[Resource, ...]:
    """Return the ports of a machine of Lightsail as a group; a port without addresses is open to all."""
    rules = [
        {
            "protocol": {"all": "-1"}.get(str(dig(port, "protocol")), dig(port, "protocol")),
            "fromPort": dig(port, "fromPort"),
            "toPort": dig(port, "toPort"),
            "cidrBlocks": items(dig(port, "cidrs")) or (["0.0.0.0/0"] if dig(port, "ipv6Cidrs") is ABSENT else []),
            "ipv6CidrBlocks": items(dig(port, "ipv6Cidrs")),
        }
        for port in items(holder["portInfos"])
        if port is not UNKNOWN
    ]
    return (_inner(holder, _GROUP, "ports", {"ingress": rules}),) if rules else ()


def _port(text: str) -> Any:
    return int(text) if text.isdigit() else UNKNOWN
