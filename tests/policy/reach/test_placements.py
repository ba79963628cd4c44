"""The table of placements knows every type of the SDK that carries security groups or stands in subnets."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from guard.aws.nodes import GROUPS
from guard.model.graph import canonical
from guard.reach.placements import PLACEMENTS, Purpose
from guard.rules.data_subnet_public.subnets import STORES

_ARGS = re.compile(r"(\w+)Args:\n    def __init__\(__self__, \*,(.*?)\):", re.DOTALL)


@cache
def sources() -> dict[str, str]:
    """The sources of the SDK's resources and inputs; to import 1,700 modules would take a minute."""
    spec = find_spec("pulumi_aws")
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.py") if "get_" not in file.name}


@cache
def classes(name: str) -> dict[str, str]:
    """What each class of arguments in a source takes."""
    parts = sources().get(name, "").split("\nclass ")[1:]
    return {found[1]: found[2] for found in map(_ARGS.match, parts) if found}


def naming(form: str) -> set[str]:
    """The types with an input, at any depth, whose name has a form."""
    found: set[str] = set()
    for folder in {name.rpartition("/")[0] for name in sources()}:
        blocks = classes(f"{folder}/_inputs.py")
        named = {name for name, body in blocks.items() if re.search(rf"\b{form}:", body)}
        while more := {n for n, body in blocks.items() if n not in named and _mentions(body, named)}:
            named |= more
        for name, text in sources().items():
            if name.rpartition("/")[0] == folder and not name.endswith("_inputs.py"):
                found |= _resources(name, text, form, named)
    return found


def _mentions(body: str, blocks: set[str]) -> bool:
    return any(word.removesuffix("Args") in blocks for word in re.findall(r"'(\w+)Args'", body))


def _resources(name: str, text: str, form: str, blocks: set[str]) -> set[str]:
    taking = {each for each, body in classes(name).items() if re.search(rf"\b{form}:", body) or _mentions(body, blocks)}
    tokens = re.findall(r'@pulumi\.type_token\("(aws:[^"]+)"\)', text)
    return {canonical(token) for token in tokens if token.rpartition(":")[2] in taking}


# Rules, groups and what attaches them: no carriers, they are read as what they are.
_OF_GROUPS = {
    *GROUPS,
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation",
}
# Switches about groups.
_SWITCHES = {
    "aws:directoryservice/ipRoute:IpRoute",
    "aws:directoryservice/ipRoutesExclusive:IpRoutesExclusive",
    "aws:ec2transitgateway/transitGateway:TransitGateway",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration",
    "aws:networkmanager/vpcAttachment:VpcAttachment",
}


def test_every_type_that_carries_groups_is_known() -> None:
    """A new SDK that brings such a type fails here: say in `places` or `managed` where it names its groups."""
    carrying = naming(r"\w*security_groups?(?:_\w*)?")
    assert carrying - set(PLACEMENTS) == _OF_GROUPS | _SWITCHES
    assert {token for token, place in PLACEMENTS.items() if place.groups} - carrying == set()


# Parts of a network, groups of subnets and what stands in none of its own.
_IN_SUBNETS = {
    "aws:cloud9/environmentEC2:EnvironmentEC2",
    "aws:cloudhsmv2/cluster:Cluster",
    "aws:cloudhsmv2/hsm:Hsm",
    "aws:directoryservice/directory:Directory",
    "aws:directoryservice/serviceRegion:ServiceRegion",
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/subnetCidrReservation:SubnetCidrReservation",
    "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
    "aws:ec2clientvpn/route:Route",
    "aws:ec2transitgateway/multicastDomainAssociation:MulticastDomainAssociation",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "aws:gamelift/gameServerGroup:GameServerGroup",
    "aws:inspector2/filter:Filter",
    "aws:networkfirewall/firewall:Firewall",
    "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
    "aws:networkmanager/connectPeer:ConnectPeer",
    "aws:networkmanager/device:Device",
    "aws:networkmanager/vpcAttachment:VpcAttachment",
    "aws:securityhub/insight:Insight",
    "aws:vpc/routeServerEndpoint:RouteServerEndpoint",
    # Members of a cluster, which says where they stand.
    "aws:neptune/clusterInstance:ClusterInstance",
    "aws:rds/clusterInstance:ClusterInstance",
}
_SUBNET_GROUPS = {
    *(f"aws:{engine}/subnetGroup:SubnetGroup" for engine in ("dax", "docdb", "elasticache", "memorydb", "neptune")),
    *(f"aws:{engine}/subnetGroup:SubnetGroup" for engine in ("rds", "redshift")),
    "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
}


def test_every_type_that_stands_in_subnets_is_known() -> None:
    """The same for subnets: a new kind of store must not be silent about where it stands."""
    standing = naming(r"\w*subnets?(?:_(?:ids?|arns?|group\w*))?")
    assert standing - set(PLACEMENTS) == _IN_SUBNETS | _SUBNET_GROUPS


def test_every_store_in_subnets_is_judged_by_where_it_stands() -> None:
    in_subnets = {
        t for t, place in PLACEMENTS.items() if place.purpose is Purpose.STORE and (place.subnets or place.named_by)
    }
    assert set(STORES) == in_subnets
    assert len(in_subnets) > 35
