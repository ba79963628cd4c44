"""Every network keeps a log of its flows: as a whole, or subnet by subnet."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Finding, Resource, Stack
from guard.model.logic import Answer, every
from guard.model.rule import Severity, rule

VPCS: Final = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
SUBNET: Final = "aws:ec2/subnet:Subnet"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"


@rule(
    "vpc-flow-logs",
    family="logging",
    on=VPCS,
    severity=Severity.MEDIUM,
    controls=("FSBP EC2.6", "CIS 5.0 3.7"),
    why="Who talked to whom is the first question after a break-in, and only flow logs answer it.",
    fix="Add an aws.ec2.FlowLog with vpc_id=vpc.id and traffic_type='ALL', or one for each of its subnets.",
)
def vpc_flow_logs(vpc: Resource, stack: Stack) -> Iterator[Finding]:
    logged = attached(stack, vpc, FLOW_LOG, "vpcId", *VPCS).some(_tells_refusals)
    if logged is not True:
        by_subnet = _every_subnet(vpc, stack)
        logged = by_subnet if by_subnet is not False else logged
    if logged is UNKNOWN:
        yield vpc.unclear("has a flow log, but nobody can tell yet whether it is its own and what it holds")
    elif not logged:
        yield vpc.finding("keeps no log of its flows, at least of the refused ones")


def _tells_refusals(log: Resource) -> Answer:
    kind = log["trafficType"]
    return kind if kind is UNKNOWN else str(kind).upper() in ("ALL", "REJECT")


def _every_subnet(vpc: Resource, stack: Stack) -> Answer:
    """Return whether each subnet of a VPC has a log of its own; without subnets none has."""
    subnets = attached(stack, vpc, SUBNET, "vpcId", *VPCS)
    logged = every(attached(stack, one, FLOW_LOG, "subnetId").some(_tells_refusals) for one in subnets.all)
    if not subnets.sure:  # some may be its own
        return UNKNOWN if subnets.maybe and logged is not False else False
    return logged
