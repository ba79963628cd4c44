"""The kinds of thing that a network is made of, and how one is told from another."""

from __future__ import annotations

from typing import Final

from guard.model.graph import Resource, Stack

Node = Resource | str  # something in the stack, or the literal id of something outside it

VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE: Final = "aws:ec2/route:Route"
GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
LEGACY_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
INTERFACE: Final = "aws:ec2/networkInterface:NetworkInterface"
SUBNETS: Final = (SUBNET, DEFAULT_SUBNET)
VPCS: Final = (VPC, DEFAULT_VPC)
TABLES: Final = (TABLE, DEFAULT_TABLE)
GROUPS: Final = (GROUP, DEFAULT_GROUP)
ACLS: Final = (ACL, DEFAULT_ACL)

# The directions of a rule, as the providers call them.
INGRESS: Final = "ingress"
EGRESS: Final = "egress"


def key(node: Node) -> str:
    """Return what tells one node from another."""
    return node.urn if isinstance(node, Resource) else node


def called(node: Node) -> str:
    """Return what people call a node."""
    return node.name if isinstance(node, Resource) else node


def near(one: Resource, other: Resource) -> bool:
    """Say whether two resources are in one region, as far as their regions are known."""
    return not one.region or not other.region or one.region == other.region


def vpcs_by(stack: Stack, output: str) -> dict[str, Resource]:
    """Return the VPCs of a stack by the id that one of their outputs is, where it is known."""
    ids = ((vpc.outputs.get(output), vpc) for vpc in stack.of(*VPCS))
    return {text: vpc for text, vpc in ids if isinstance(text, str)}
