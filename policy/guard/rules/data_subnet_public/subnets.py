"""Data stores live where no route leads to the internet."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from guard.aws.nodes import SUBNETS, called
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.routes import Way, routes

FAMILY: Final = "data-subnet-public"


class Place(NamedTuple):
    """Where a data store names its subnets: itself or through a subnet group."""

    path: str
    group: str = ""
    unset_is_default: bool = True  # without it AWS takes the default VPC, whose subnets are public
    unless: tuple[str, ...] = ()  # with one of these set, an unset property is taken from elsewhere


RDS_GROUP: Final = "aws:rds/subnetGroup:SubnetGroup"
CACHE_GROUP: Final = "aws:elasticache/subnetGroup:SubnetGroup"

PLACES: Final = {
    "aws:rds/instance:Instance": Place("dbSubnetGroupName", RDS_GROUP, unless=("replicateSourceDb",)),
    "aws:rds/cluster:Cluster": Place("dbSubnetGroupName", RDS_GROUP),
    "aws:rds/proxy:Proxy": Place("vpcSubnetIds"),
    "aws:docdb/cluster:Cluster": Place("dbSubnetGroupName", "aws:docdb/subnetGroup:SubnetGroup"),
    "aws:docdb/elasticCluster:ElasticCluster": Place("subnetIds"),
    "aws:neptune/cluster:Cluster": Place("neptuneSubnetGroupName", "aws:neptune/subnetGroup:SubnetGroup"),
    "aws:redshift/cluster:Cluster": Place("clusterSubnetGroupName", "aws:redshift/subnetGroup:SubnetGroup"),
    "aws:redshiftserverless/workgroup:Workgroup": Place("subnetIds"),
    "aws:elasticache/replicationGroup:ReplicationGroup": Place("subnetGroupName", CACHE_GROUP),
    "aws:elasticache/cluster:Cluster": Place("subnetGroupName", CACHE_GROUP, unless=("replicationGroupId",)),
    "aws:elasticache/serverlessCache:ServerlessCache": Place("subnetIds"),
    "aws:memorydb/cluster:Cluster": Place("subnetGroupName", "aws:memorydb/subnetGroup:SubnetGroup"),
    "aws:dax/cluster:Cluster": Place("subnetGroupName", "aws:dax/subnetGroup:SubnetGroup"),
    "aws:efs/mountTarget:MountTarget": Place("subnetId"),
    "aws:fsx/lustreFileSystem:LustreFileSystem": Place("subnetIds"),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": Place("subnetIds"),
    "aws:fsx/ontapFileSystem:OntapFileSystem": Place("subnetIds"),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": Place("subnetIds"),
    # Without a VPC these two have a public endpoint, which is another family's matter.
    "aws:opensearch/domain:Domain": Place("vpcOptions.subnetIds", unset_is_default=False),
    "aws:elasticsearch/domain:Domain": Place("vpcOptions.subnetIds", unset_is_default=False),
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": Place("subnetIds"),
    "aws:msk/cluster:Cluster": Place("brokerNodeGroupInfo.clientSubnets"),
    "aws:msk/serverlessCluster:ServerlessCluster": Place("vpcConfigs.subnetIds"),
    "aws:mq/broker:Broker": Place("subnetIds"),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": Place("vpcSubnetIds"),
}


@rule(
    "data-subnet-public",
    family=FAMILY,
    on=PLACES,
    severity=Severity.HIGH,
    controls=("RDS.46", "FSBP RDS.2", "FSBP EFS.6"),
    why="In a subnet whose route table leads to an internet gateway only one flag or one rule stands between the data "
    "and the world, and everything that is said about the store's security rests on nobody changing it.",
    fix="Put the store into subnets whose own route table has no route to an internet gateway; associate one "
    "explicitly, for a subnet without an association follows the VPC's main table.",
)
def data_subnet_public(store: Resource, stack: Stack) -> Iterator[Finding]:
    place = PLACES[store.type]
    if store[place.path] in (ABSENT, "", []):
        yield from _unset(store, place)
        return
    if not place.group:
        yield from _judge(store, place.path, stack, store)
        return
    groups = stack.targets(store, place.path, place.group)
    for group in groups.sure:
        yield from _judge(group, "subnetIds", stack, store)
    if any(re.fullmatch(r"default(-vpc-\w+)?", name) for name in groups.outside):
        yield store.finding("is in the default subnet group, whose subnets are public", at=place.path)
    elif groups.outside or not groups.complete:
        yield store.undecided(place.path)


def _unset(store: Resource, place: Place) -> Iterator[Finding]:
    if place.unset_is_default and all(store[path] is ABSENT for path in place.unless):
        yield store.finding("falls into the default VPC, whose subnets are public", at=place.path)


def _judge(source: Resource, path: str, stack: Stack, store: Resource) -> Iterator[Finding]:
    """Judge the subnets that a store or its subnet group names: one public one is enough."""
    at = PLACES[store.type].path
    via = "" if source is store else f"group {source.name}, "
    targets = stack.targets(source, path, *SUBNETS)
    ways: list[tuple[str, Any]] = [(called(subnet), routes(stack).way_out(subnet)) for subnet in targets.nodes]
    public = [f"subnet {subnet}, {way}" for subnet, way in ways if isinstance(way, Way)]
    if public:
        more = f"; {len(public) - 1} more of its subnets are public" if public[1:] else ""
        yield store.finding(f"is in a public subnet: {via}{public[0]}{more}", at=at)
    # Subnets of a component that does not say which of them it means: decided where it makes no difference.
    within: list[Any] = [routes(stack).way_out(subnet) for subnet in targets.maybe]
    if within and all(isinstance(way, Way) for way in within):
        yield store.finding(f"is in a public subnet: {via}{within[0]}", at=at)
    elif targets.unknown or UNKNOWN in [way for _, way in ways] or any(way is not None for way in within):
        yield store.undecided(at)
