"""Network ACLs: a second, stateless filter around each tier, behind the security groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.network.network import ANYWHERE
from settings.tables.bastion import SSH_PORT
from settings.tables.network import NetworkTable

EPHEMERAL = (1024, 65535)  # where answers arrive (requirement CP-NACL-01)
EVERY_PORT = None


class AclRule(NamedTuple):
    """One numbered rule; the lowest number that matches decides."""

    number: int
    egress: bool
    ports: tuple[int, int] | None  #: of TCP; None is all traffic
    cidr: str
    allow: bool = True

    @property
    def key(self) -> str:
        """in-100 or out-100"""
        return f"{'out' if self.egress else 'in'}-{self.number}"


def rules(table: NetworkTable, tier: str, stores: Sequence[int], admitted: Sequence[str] = ()) -> list[AclRule]:
    """The rules of a tier's ACL (requirements CP-NACL): refused addresses first, then what its route calls for.

    `stores` are the ports of the data stores in the tier, `admitted` the addresses that may open SSH to hosts in it.
    """
    by_route = {"internet": _public(), "nat": _private(table), "none": _isolated(table, stores)}
    ssh = [AclRule(130 + index, False, (SSH_PORT, SSH_PORT), cidr) for index, cidr in enumerate(admitted)]
    return [*refusals(table), *by_route[table.tiers[tier].route], *ssh]


def refusals(table: NetworkTable) -> list[AclRule]:
    """The rules that come first in every tier."""
    return [AclRule(1 + index, False, EVERY_PORT, str(cidr), allow=False) for index, cidr in enumerate(table.deny)]


def _public() -> Iterator[AclRule]:
    yield AclRule(100, False, (443, 443), ANYWHERE)
    yield AclRule(110, False, (80, 80), ANYWHERE)
    yield AclRule(120, False, EPHEMERAL, ANYWHERE)
    yield AclRule(100, True, EVERY_PORT, ANYWHERE)


def _private(table: NetworkTable) -> Iterator[AclRule]:
    yield AclRule(100, False, EVERY_PORT, str(table.cidr))
    yield AclRule(110, False, EPHEMERAL, ANYWHERE)
    yield AclRule(100, True, EVERY_PORT, str(table.cidr))
    yield AclRule(110, True, (443, 443), ANYWHERE)


def _isolated(table: NetworkTable, stores: Sequence[int]) -> Iterator[AclRule]:
    """The stores' ports from each subnet that services run in, and the answers: a rule takes one CIDR (note N-03)."""
    clients = [str(cidr) for tier in table.tiers_by_route("nat") for cidr in table.tiers[tier].cidrs]
    step = max(10, len(clients))
    for block, port in enumerate(stores):
        for index, cidr in enumerate(clients):
            yield AclRule(100 + block * step + index, False, (port, port), cidr)
    for index, cidr in enumerate(clients):
        yield AclRule(100 + index, True, EPHEMERAL, cidr)


@dataclass(frozen=True, kw_only=True)
class NetworkAclsArgs(Args):
    """The VPC, the subnets of each tier, and the rules of its ACL."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, Sequence[pulumi.Input[str]]]  #: by tier
    rules: Mapping[str, Sequence[AclRule]]  #: by tier


class NetworkAcls(Component):
    """The network ACLs of the tiers, where the stack file asks for them.

    Creates a network ACL for each tier, associated with its subnets, and its numbered rules.
    """

    acl_ids: Mapping[str, pulumi.Output[str]]  #: by tier

    def __init__(self, name: str, args: NetworkAclsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        acls = {tier: self._acl(args, tier) for tier in args.rules}
        self.acl_ids = {tier: acl.id for tier, acl in acls.items()}
        self.register_outputs({"acl_ids": dict(self.acl_ids)})

    def _acl(self, args: NetworkAclsArgs, tier: str) -> aws.ec2.NetworkAcl:
        acl = aws.ec2.NetworkAcl(
            self.child(tier),
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids[tier]),
            tags=self.named(args.names.of("nacl", tier)),
            opts=self.owned(),
        )
        for rule in args.rules[tier]:
            aws.ec2.NetworkAclRule(
                self.child(tier, rule.key),
                network_acl_id=acl.id,
                rule_number=rule.number,
                egress=rule.egress,
                rule_action="allow" if rule.allow else "deny",
                protocol="tcp" if rule.ports else "-1",
                cidr_block=rule.cidr,
                from_port=rule.ports[0] if rule.ports else 0,
                to_port=rule.ports[1] if rule.ports else 0,
                # A rule's number is taken until the old rule is gone.
                opts=self.owned(delete_before_replace=True),
            )
        return acl
