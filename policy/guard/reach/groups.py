"""Security groups: what each admits, and who carries it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from guard.graph import ABSENT, UNKNOWN, Resource, Stack, dig, items
from guard.reach.nodes import DEFAULT_GROUP, GROUPS, INGRESS_RULE, LEGACY_RULE, Node, key

# How a rule writes its addresses: the older resources in lists, the newer one by one.
_LISTS: Final = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds")
_SINGLE: Final = ("cidrIpv4", "cidrIpv6", "prefixListId")


@dataclass(frozen=True)
class Admission:
    """One ingress rule of a security group, whatever it was written as; sources are addresses, never groups."""

    group: Node
    rule: Resource  # where it is written
    at: str
    ports: str
    sources: tuple[str, ...]


class Groups:
    """The security groups of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    @cached_property
    def admissions(self) -> list[Admission]:
        """All ingress rules that name addresses: inline, standalone, old and new."""
        return [*self._inline(), *self._legacy(), *self._modern()]

    @cached_property
    def by_rule(self) -> dict[str, list[Admission]]:
        """The same by the URN of the resource that each is written in."""
        found: dict[str, list[Admission]] = {}
        for admission in self.admissions:
            found.setdefault(admission.rule.urn, []).append(admission)
        return found

    def has_stray_addresses(self, rule: Resource) -> bool:
        """Say whether a resource may admit addresses to a group that nobody can name, or inline in ways unknown."""
        if rule.type in GROUPS:
            return UNKNOWN in items(rule["ingress"])
        addressed = _sources(rule, *(_LISTS if rule.type == LEGACY_RULE else _SINGLE))
        return bool(addressed) and not self.stack.targets(rule, "securityGroupId", *GROUPS).complete

    def _inline(self) -> Iterator[Admission]:
        for group in self.stack.of(*GROUPS):
            for rule in items(group["ingress"]):
                sources = _sources(rule, *_LISTS)
                yield Admission(group, group, "ingress", _ports(rule, "protocol"), sources)

    def _legacy(self) -> Iterator[Admission]:
        for rule in self.stack.of(LEGACY_RULE):
            if rule["type"] != "egress":
                sources = _sources(rule, *_LISTS)
                for group in self._groups_of(rule):
                    yield Admission(group, rule, "type", _ports(rule, "protocol"), sources)

    def _modern(self) -> Iterator[Admission]:
        for rule in self.stack.of(INGRESS_RULE):
            sources = _sources(rule, *_SINGLE)
            for group in self._groups_of(rule):
                yield Admission(group, rule, "", _ports(rule, "ipProtocol"), sources)

    def _groups_of(self, rule: Resource) -> tuple[Node, ...]:
        return self.stack.targets(rule, "securityGroupId", *GROUPS).nodes

    @cached_property
    def holders(self) -> dict[str, list[Resource]]:
        """Who carries which group, by the group's key."""
        found: dict[str, list[Resource]] = {}
        for holder in self.stack.of(*HOLDERS):
            for group in self._carried(holder):
                found.setdefault(key(group), []).append(holder)
        return found

    def _carried(self, holder: Resource) -> list[Node]:
        paths = HOLDERS[holder.type]
        if holder.type in FALL_BACK and all(holder[path] in (ABSENT, []) for path in paths):
            return [group for group in self.stack.of(DEFAULT_GROUP) if group.region == holder.region]
        return [group for path in paths for group in self.stack.targets(holder, path, *GROUPS).nodes]


def _read(rule: Any, path: str) -> Any:
    return rule[path] if isinstance(rule, Resource) else dig(rule, path)


def _sources(rule: Any, *paths: str) -> tuple[str, ...]:
    """Return a rule's address sources; an unknown one is a source all the same."""
    if rule is UNKNOWN:
        return ()
    values = [item for path in paths for item in items(_read(rule, path))]
    return tuple("an address not known yet" if value is UNKNOWN else str(value) for value in values if value != "")


def _ports(rule: Any, protocol: str) -> str:
    if rule is UNKNOWN:
        return ""
    name, low, high = (_read(rule, path) for path in (protocol, "fromPort", "toPort"))
    if str(name) in ("-1", "all") or low is ABSENT:
        return "all ports"
    return f"port {low}" if low == high else f"ports {low}-{high}"


@lru_cache(maxsize=1)
def groups(stack: Stack) -> Groups:
    """Return the security groups of a stack, worked out once for all rules."""
    return Groups(stack)


# Who carries security groups, and under which property.
HOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "aws:rds/instance:Instance": ("vpcSecurityGroupIds",),
    "aws:rds/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:rds/proxy:Proxy": ("vpcSecurityGroupIds",),
    "aws:docdb/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:docdb/elasticCluster:ElasticCluster": ("vpcSecurityGroupIds",),
    "aws:neptune/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:redshift/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:redshiftserverless/workgroup:Workgroup": ("securityGroupIds",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("securityGroupIds",),
    "aws:elasticache/cluster:Cluster": ("securityGroupIds",),
    "aws:elasticache/serverlessCache:ServerlessCache": ("securityGroupIds",),
    "aws:memorydb/cluster:Cluster": ("securityGroupIds",),
    "aws:dax/cluster:Cluster": ("securityGroupIds",),
    "aws:efs/mountTarget:MountTarget": ("securityGroups",),
    "aws:fsx/lustreFileSystem:LustreFileSystem": ("securityGroupIds",),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": ("securityGroupIds",),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("securityGroupIds",),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": ("securityGroupIds",),
    "aws:opensearch/domain:Domain": ("vpcOptions.securityGroupIds",),
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": ("securityGroupIds",),
    "aws:elasticsearch/domain:Domain": ("vpcOptions.securityGroupIds",),
    "aws:msk/cluster:Cluster": ("brokerNodeGroupInfo.securityGroups",),
    "aws:msk/serverlessCluster:ServerlessCluster": ("vpcConfigs.securityGroupIds",),
    "aws:mq/broker:Broker": ("securityGroups",),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("vpcSecurityGroupIds",),
    "aws:dms/replicationInstance:ReplicationInstance": ("vpcSecurityGroupIds",),
    "aws:ecs/service:Service": ("networkConfiguration.securityGroups",),
    "aws:ecs/taskSet:TaskSet": ("networkConfiguration.securityGroups",),
    "aws:ecs/expressGatewayService:ExpressGatewayService": ("networkConfigurations.securityGroups",),
    "aws:eks/cluster:Cluster": ("vpcConfig.securityGroupIds",),
    "aws:batch/computeEnvironment:ComputeEnvironment": ("computeResources.securityGroupIds",),
    "aws:codebuild/project:Project": ("vpcConfig.securityGroupIds",),
    "aws:lambda/function:Function": ("vpcConfig.securityGroupIds",),
    "aws:apprunner/vpcConnector:VpcConnector": ("securityGroups",),
    "aws:sagemaker/notebookInstance:NotebookInstance": ("securityGroups",),
    "aws:synthetics/canary:Canary": ("vpcConfig.securityGroupIds",),
    "aws:mwaa/environment:Environment": ("networkConfiguration.securityGroupIds",),
    "aws:emr/cluster:Cluster": (
        "ec2Attributes.emrManagedMasterSecurityGroup",
        "ec2Attributes.emrManagedSlaveSecurityGroup",
        "ec2Attributes.additionalMasterSecurityGroups",
        "ec2Attributes.additionalSlaveSecurityGroups",
    ),
    "aws:ec2/instance:Instance": ("vpcSecurityGroupIds", "securityGroups"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("vpcSecurityGroupIds", "securityGroups"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("vpcSecurityGroupIds", "networkInterfaces.securityGroups"),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("securityGroups",),
    "aws:ec2/networkInterface:NetworkInterface": ("securityGroups",),
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": ("securityGroupId",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("securityGroupIds",),
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": ("securityGroupId",),
    "aws:lb/loadBalancer:LoadBalancer": ("securityGroups",),
    "aws:elb/loadBalancer:LoadBalancer": ("securityGroups",),
}

# Without a group of their own these join the default group of their VPC.
FALL_BACK: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:redshift/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:efs/mountTarget:MountTarget",
    "aws:ec2/instance:Instance",
)
