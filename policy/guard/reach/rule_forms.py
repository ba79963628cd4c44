"""How the rules of security groups are written, and how groups are given to something."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from guard.aws.nodes import EGRESS, EGRESS_RULE, INGRESS, INGRESS_RULE, INTERFACE, LEGACY_RULE
from guard.model.graph import Resource, dig

MACHINE: Final = "aws:ec2/instance:Instance"

# Groups given to something by a resource of its own: where that names the something, and what it may be.
ASSOCIATIONS: Final = {
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": (
        "networkInterfaceId",
        (INTERFACE, MACHINE),
    ),
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": (
        "vpcEndpointId",
        ("aws:ec2/vpcEndpoint:VpcEndpoint",),
    ),
}


class RuleForm(NamedTuple):
    """What a way of writing a rule calls its parts."""

    direction: str  # empty where the rule says it itself
    protocol: str
    ranges: tuple[str, str]
    lists: str
    peers: str
    own: str = ""


INLINE: Final = RuleForm("", "protocol", ("cidrBlocks", "ipv6CidrBlocks"), "prefixListIds", "securityGroups", "self")
_MODERN: Final = RuleForm("", "ipProtocol", ("cidrIpv4", "cidrIpv6"), "prefixListId", "referencedSecurityGroupId")
STANDALONE: Final = {
    LEGACY_RULE: INLINE._replace(peers="sourceSecurityGroupId"),
    INGRESS_RULE: _MODERN._replace(direction=INGRESS),
    EGRESS_RULE: _MODERN._replace(direction=EGRESS),
}


def read(body: Any, path: str) -> Any:
    """Return a part of a rule, which is a resource or a block of one."""
    return body[path] if isinstance(body, Resource) else dig(body, path)
