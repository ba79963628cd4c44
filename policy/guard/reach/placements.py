"""What stands in a network: which groups each kind of resource carries, and in which subnets it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from guard.aws.nodes import INTERFACE, SUBNETS
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets
from guard.reach import managed


class Purpose(StrEnum):
    """What a resource is there for."""

    STORE = "store"  # keeps data, or is a door to a store
    COMPUTE = "compute"  # runs programs
    EDGE = "edge"  # takes connections from outside, if it is told to
    LINK = "link"  # an interface into another network


class Placement(NamedTuple):
    """How a kind of resource says where it stands."""

    purpose: Purpose
    groups: tuple[str, ...] = ()  # where it names its security groups
    subnets: tuple[str, ...] = ()  # where it names its subnets
    named_by: tuple[str, str] | None = None  # else where it names a subnet group, and that group's type
    alone: bool = False  # without a group of its own it joins the default group of its VPC
    unless: tuple[str, ...] = ()  # unless one of these is set, which brings the groups
    joined_by: tuple[str, str, str] | None = None  # else what joins it to a subnet: the type, and where it names both


def subnets_of(stack: Stack, resource: Resource) -> Targets:
    """Return the subnets that a resource stands in, as far as it or its subnet group names them."""
    placement = PLACEMENTS[resource.type]
    if placement.joined_by:
        return _joined(stack, resource, *placement.joined_by)
    if placement.named_by is None:
        return _all(stack, resource, placement.subnets, SUBNETS)
    path, kind = placement.named_by
    groups = stack.targets(resource, path, kind)
    found = together([_all(stack, group, ("subnetIds",), SUBNETS) for group in groups.sure])
    return Targets(found.sure, found.maybe, found.outside, found.unknown or bool(groups.outside) or not groups.complete)


def joins_default(resource: Resource) -> bool:
    """Say whether a resource names no security group, so that AWS puts it into the default group of its VPC."""
    placement = PLACEMENTS[resource.type]
    if not placement.alone or any(
        resource[path] not in (ABSENT, "", []) for path in (*placement.groups, *placement.unless)
    ):
        return False
    # Some stand in a VPC only if a block says so; a network balancer without groups has none at all.
    in_vpc = any("." not in path or resource[path] not in (ABSENT, UNKNOWN, []) for path in placement.subnets)
    grouped = resource.type != BALANCER or resource["loadBalancerType"] in (ABSENT, "application")
    return grouped and (in_vpc or placement.named_by is not None or placement.joined_by is not None)


def edge(stack: Stack, holder: Resource) -> bool | Missing:
    """Return whether connections from the internet are a resource's purpose: a balancer's that is not internal.

    An unset `internal` means internet-facing; an internal balancer may be the private origin of a CDN.
    """
    if holder.type == VPC_LINK:
        return True
    if holder.type not in (BALANCER, CLASSIC_BALANCER):
        return False
    internal = holder.switch("internal")
    if internal is not True:
        return UNKNOWN if isinstance(internal, Missing) else True
    origins = [stack.targets(origin, _ORIGIN, BALANCER) for origin in stack.of(VPC_ORIGIN)]
    perhaps = UNKNOWN if any(holder in targets.maybe for targets in origins) else False
    return any(holder in targets.sure for targets in origins) or perhaps


def _all(stack: Stack, resource: Resource, paths: tuple[str, ...], types: tuple[str, ...]) -> Targets:
    return together([stack.targets(resource, path, *types) for path in paths])


def _joined(stack: Stack, resource: Resource, token: str, owner: str, path: str) -> Targets:
    """Return the subnets that a resource is joined to; whose join may be another's, nobody knows all of its own."""
    joins = attached(stack, resource, token, owner)
    sure = [stack.targets(join, path, *SUBNETS) for join in joins.sure]
    return together([*sure, Targets(unknown=bool(joins.maybe))])


def together(found: list[Targets]) -> Targets:
    """Return what several properties refer to as if they were one."""
    return Targets(
        sure=tuple({one.urn: one for targets in found for one in targets.sure}.values()),
        maybe=tuple({one.urn: one for targets in found for one in targets.maybe}.values()),
        outside=tuple(name for targets in found for name in targets.outside),
        unknown=any(targets.unknown for targets in found),
    )


BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
CLASSIC_BALANCER: Final = "aws:elb/loadBalancer:LoadBalancer"
VPC_LINK: Final = "aws:apigatewayv2/vpcLink:VpcLink"
VPC_ORIGIN: Final = "aws:cloudfront/vpcOrigin:VpcOrigin"
CLIENT_VPN: Final = "aws:ec2clientvpn/endpoint:Endpoint"
JOINED_BY: Final = ("aws:ec2clientvpn/networkAssociation:NetworkAssociation", "clientVpnEndpointId", "subnetId")
_ORIGIN: Final = "vpcOriginEndpointConfig.arn"

_STORE, _COMPUTE, _EDGE, _LINK = Purpose.STORE, Purpose.COMPUTE, Purpose.EDGE, Purpose.LINK

PLACEMENTS: Final[dict[str, Placement]] = {
    # --- data ---
    "aws:rds/instance:Instance": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("dbSubnetGroupName", "aws:rds/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:rds/cluster:Cluster": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("dbSubnetGroupName", "aws:rds/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:rds/proxy:Proxy": Placement(_STORE, ("vpcSecurityGroupIds",), ("vpcSubnetIds",), alone=True),
    "aws:rds/proxyEndpoint:ProxyEndpoint": Placement(_STORE, ("vpcSecurityGroupIds",), ("vpcSubnetIds",), alone=True),
    "aws:docdb/cluster:Cluster": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("dbSubnetGroupName", "aws:docdb/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:docdb/elasticCluster:ElasticCluster": Placement(_STORE, ("vpcSecurityGroupIds",), ("subnetIds",), alone=True),
    "aws:neptune/cluster:Cluster": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("neptuneSubnetGroupName", "aws:neptune/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:neptunegraph/privateGraphEndpoint:PrivateGraphEndpoint": Placement(
        _STORE, ("vpcSecurityGroupIds",), ("subnetIds",), alone=True
    ),
    "aws:redshift/cluster:Cluster": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("clusterSubnetGroupName", "aws:redshift/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:redshift/endpointAccess:EndpointAccess": Placement(
        _STORE,
        ("vpcSecurityGroupIds",),
        named_by=("subnetGroupName", "aws:redshift/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:redshiftserverless/workgroup:Workgroup": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:redshiftserverless/endpointAccess:EndpointAccess": Placement(
        _STORE, ("vpcSecurityGroupIds",), ("subnetIds",), alone=True
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Placement(
        _STORE,
        ("securityGroupIds",),
        named_by=("subnetGroupName", "aws:elasticache/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:elasticache/cluster:Cluster": Placement(
        _STORE,
        ("securityGroupIds",),
        named_by=("subnetGroupName", "aws:elasticache/subnetGroup:SubnetGroup"),
        alone=True,
        unless=("replicationGroupId",),
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": Placement(
        _STORE, ("securityGroupIds",), ("subnetIds",), alone=True
    ),
    "aws:memorydb/cluster:Cluster": Placement(
        _STORE,
        ("securityGroupIds",),
        named_by=("subnetGroupName", "aws:memorydb/subnetGroup:SubnetGroup"),
        alone=True,
    ),
    "aws:dax/cluster:Cluster": Placement(
        _STORE, ("securityGroupIds",), named_by=("subnetGroupName", "aws:dax/subnetGroup:SubnetGroup"), alone=True
    ),
    "aws:efs/mountTarget:MountTarget": Placement(_STORE, ("securityGroups",), ("subnetId",), alone=True),
    "aws:s3/filesMountTarget:FilesMountTarget": Placement(_STORE, ("securityGroups",), ("subnetId",), alone=True),
    "aws:fsx/fileCache:FileCache": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:fsx/lustreFileSystem:LustreFileSystem": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:fsx/ontapFileSystem:OntapFileSystem": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": Placement(_STORE, ("securityGroupIds",), ("subnetIds",), alone=True),
    "aws:opensearch/domain:Domain": Placement(
        _STORE, ("vpcOptions.securityGroupIds",), ("vpcOptions.subnetIds",), alone=True
    ),
    "aws:opensearch/vpcEndpoint:VpcEndpoint": Placement(
        _STORE, ("vpcOptions.securityGroupIds",), ("vpcOptions.subnetIds",), alone=True
    ),
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": Placement(
        _STORE, ("securityGroupIds",), ("subnetIds",), alone=True
    ),
    "aws:elasticsearch/domain:Domain": Placement(
        _STORE, ("vpcOptions.securityGroupIds",), ("vpcOptions.subnetIds",), alone=True
    ),
    "aws:msk/cluster:Cluster": Placement(
        _STORE, ("brokerNodeGroupInfo.securityGroups",), ("brokerNodeGroupInfo.clientSubnets",)
    ),
    "aws:msk/serverlessCluster:ServerlessCluster": Placement(
        _STORE, ("vpcConfigs.securityGroupIds",), ("vpcConfigs.subnetIds",), alone=True
    ),
    "aws:mq/broker:Broker": Placement(_STORE, ("securityGroups",), ("subnetIds",), alone=True),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": Placement(_STORE, ("vpcSecurityGroupIds",), ("vpcSubnetIds",)),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": Placement(_STORE, ("vpcSecurityGroupIds",), ("vpcSubnetIds",)),
    # --- programs ---
    "aws:ecs/service:Service": Placement(
        _COMPUTE, ("networkConfiguration.securityGroups",), ("networkConfiguration.subnets",), alone=True
    ),
    "aws:ecs/taskSet:TaskSet": Placement(
        _COMPUTE, ("networkConfiguration.securityGroups",), ("networkConfiguration.subnets",), alone=True
    ),
    "aws:ecs/expressGatewayService:ExpressGatewayService": Placement(
        _COMPUTE, ("networkConfigurations.securityGroups",), ("networkConfigurations.subnets",)
    ),
    "aws:ecs/capacityProvider:CapacityProvider": Placement(
        _COMPUTE,
        ("managedInstancesProvider.instanceLaunchTemplate.networkConfiguration.securityGroups",),
        ("managedInstancesProvider.instanceLaunchTemplate.networkConfiguration.subnets",),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Placement(
        _COMPUTE,
        ("ecsTarget.networkConfiguration.securityGroups",),
        ("ecsTarget.networkConfiguration.subnets",),
        alone=True,
    ),
    "aws:scheduler/schedule:Schedule": Placement(
        _COMPUTE,
        ("target.ecsParameters.networkConfiguration.securityGroups",),
        ("target.ecsParameters.networkConfiguration.subnets",),
        alone=True,
    ),
    "aws:eks/cluster:Cluster": Placement(_COMPUTE, ("vpcConfig.securityGroupIds",), ("vpcConfig.subnetIds",)),
    "aws:eks/nodeGroup:NodeGroup": Placement(_COMPUTE, subnets=("subnetIds",)),
    "aws:eks/fargateProfile:FargateProfile": Placement(_COMPUTE, subnets=("subnetIds",)),
    "aws:batch/computeEnvironment:ComputeEnvironment": Placement(
        _COMPUTE, ("computeResources.securityGroupIds",), ("computeResources.subnets",)
    ),
    "aws:codebuild/project:Project": Placement(
        _COMPUTE, ("vpcConfig.securityGroupIds", "environment.dockerServer.securityGroupIds"), ("vpcConfig.subnets",)
    ),
    "aws:codebuild/fleet:Fleet": Placement(_COMPUTE, ("vpcConfigs.securityGroupIds",), ("vpcConfigs.subnets",)),
    "aws:lambda/function:Function": Placement(_COMPUTE, ("vpcConfig.securityGroupIds",), ("vpcConfig.subnetIds",)),
    "aws:apprunner/vpcConnector:VpcConnector": Placement(_COMPUTE, ("securityGroups",), ("subnets",), alone=True),
    "aws:sagemaker/notebookInstance:NotebookInstance": Placement(_COMPUTE, ("securityGroups",), ("subnetId",)),
    "aws:sagemaker/domain:Domain": Placement(
        _COMPUTE,
        (
            "defaultUserSettings.securityGroups",
            "defaultSpaceSettings.securityGroups",
            "domainSettings.securityGroupIds",
        ),
        ("subnetIds",),
    ),
    "aws:sagemaker/model:Model": Placement(_COMPUTE, ("vpcConfig.securityGroupIds",), ("vpcConfig.subnets",)),
    "aws:synthetics/canary:Canary": Placement(_COMPUTE, ("vpcConfig.securityGroupIds",), ("vpcConfig.subnetIds",)),
    "aws:mwaa/environment:Environment": Placement(
        _COMPUTE, ("networkConfiguration.securityGroupIds",), ("networkConfiguration.subnetIds",)
    ),
    "aws:emr/cluster:Cluster": Placement(
        _COMPUTE,
        (
            "ec2Attributes.emrManagedMasterSecurityGroup",
            "ec2Attributes.emrManagedSlaveSecurityGroup",
            "ec2Attributes.additionalMasterSecurityGroups",
            "ec2Attributes.additionalSlaveSecurityGroups",
            "ec2Attributes.serviceAccessSecurityGroup",
        ),
        ("ec2Attributes.subnetId", "ec2Attributes.subnetIds"),
    ),
    "aws:emrserverless/application:Application": Placement(
        _COMPUTE, ("networkConfiguration.securityGroupIds",), ("networkConfiguration.subnetIds",)
    ),
    "aws:glue/connection:Connection": Placement(
        _COMPUTE,
        ("physicalConnectionRequirements.securityGroupIdLists",),
        ("physicalConnectionRequirements.subnetId",),
    ),
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": Placement(
        _COMPUTE, ("securityGroupIds",), ("subnetId",)
    ),
    "aws:dms/replicationInstance:ReplicationInstance": Placement(
        _COMPUTE,
        ("vpcSecurityGroupIds",),
        named_by=("replicationSubnetGroupId", "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup"),
        alone=True,
    ),
    "aws:dms/replicationConfig:ReplicationConfig": Placement(
        _COMPUTE,
        ("computeConfig.vpcSecurityGroupIds",),
        named_by=("computeConfig.replicationSubnetGroupId", "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup"),
        alone=True,
    ),
    "aws:dms/instanceProfile:InstanceProfile": Placement(
        _COMPUTE,
        ("vpcSecurityGroupIds",),
        named_by=("subnetGroupIdentifier", "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup"),
        alone=True,
    ),
    "aws:transfer/server:Server": Placement(
        _COMPUTE, ("endpointDetails.securityGroupIds",), ("endpointDetails.subnetIds",), alone=True
    ),
    "aws:ec2/instance:Instance": Placement(
        _COMPUTE,
        ("vpcSecurityGroupIds", "securityGroups"),
        ("subnetId",),
        alone=True,
        unless=("networkInterfaces", "primaryNetworkInterface", "launchTemplate"),
    ),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": Placement(
        _COMPUTE,
        ("vpcSecurityGroupIds", "securityGroups"),
        ("subnetId",),
        alone=True,
        unless=("networkInterfaces", "launchTemplate"),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Placement(
        _COMPUTE,
        ("vpcSecurityGroupIds", "securityGroupNames", "networkInterfaces.securityGroups"),
        ("networkInterfaces.subnetId",),
    ),
    "aws:ec2/launchConfiguration:LaunchConfiguration": Placement(_COMPUTE, ("securityGroups",)),
    "aws:autoscaling/group:Group": Placement(_COMPUTE, subnets=("vpcZoneIdentifiers",)),
    # --- the edge ---
    BALANCER: Placement(_EDGE, ("securityGroups",), ("subnets", "subnetMappings.subnetId"), alone=True),
    CLASSIC_BALANCER: Placement(_EDGE, ("securityGroups",), ("subnets",)),
    VPC_LINK: Placement(_EDGE, ("securityGroupIds",), ("subnetIds",)),
    # --- between networks ---
    "aws:ec2/vpcEndpoint:VpcEndpoint": Placement(_LINK, ("securityGroupIds",), ("subnetIds",)),
    INTERFACE: Placement(_LINK, ("securityGroups",), ("subnetId",)),
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": Placement(
        _LINK, ("securityGroupIds",), ("subnetId",), alone=True
    ),
    CLIENT_VPN: Placement(
        _LINK, ("securityGroupIds",), joined_by=JOINED_BY, alone=True, unless=("transitGatewayConfiguration",)
    ),
    "aws:route53/resolverEndpoint:ResolverEndpoint": Placement(_LINK, ("securityGroupIds",), ("ipAddresses.subnetId",)),
    "aws:vpclattice/resourceGateway:ResourceGateway": Placement(_LINK, ("securityGroupIds",), ("subnetIds",)),
    # --- services that run in a network that is not theirs ---
    **{token: Placement(_STORE, *placement) for token, placement in managed.STORES.items()},
    **{token: Placement(_COMPUTE, *placement) for token, placement in managed.PROGRAMS.items()},
    **{token: Placement(_LINK, *placement) for token, placement in managed.LINKS.items()},
}
