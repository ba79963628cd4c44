"""The firewall: every security group, and every conversation that they permit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.network.conversations import AddressRange, Conversation, GatewayEndpoint, SecurityGroup
from components.network.network import ANYWHERE
from settings.tables.connections import KINDS

#: What a group is called in physical names (requirement CP-TAG-03); services name their own.
SHORT = {"load-balancer": "alb", "endpoints": "vpce", **{kind.word: kind.name for kind in KINDS}}


@dataclass(frozen=True, kw_only=True)
class FirewallArgs(Args):
    """The groups and the permitted conversations, from the one table of `conversations`."""

    vpc_id: pulumi.Input[str]
    groups: Sequence[SecurityGroup]
    conversations: Sequence[Conversation]


class Firewall(Component):
    """Who may talk to whom inside the VPC.

    Creates a bare security group for each part of the platform, and for each conversation a rule on both sides that
    have a group: egress at the client, ingress at the server. Rules for gateway endpoints come with `permit_gateways`.
    """

    group_ids: Mapping[str, pulumi.Output[str]]  #: by the part's name

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self._groups = {group.name: self._group(args, group) for group in args.groups}
        self._free = {it.client for it in args.conversations if goes_anywhere(it)}
        for conversation in args.conversations:
            if not isinstance(conversation.server, GatewayEndpoint):
                self._permit(conversation)
        self.group_ids = {group: resource.id for group, resource in self._groups.items()}
        self.register_outputs({"group_ids": dict(self.group_ids)})

    def _group(self, args: FirewallArgs, group: SecurityGroup) -> aws.ec2.SecurityGroup:
        physical = args.names.of("sg", SHORT.get(group.name, group.name))
        return aws.ec2.SecurityGroup(
            self.child(group.name),
            name=physical,
            # Part of the group's identity: another description would replace it, and whatever carries it.
            description=f"Who may talk to {group.name}, and to whom it may talk",
            vpc_id=args.vpc_id,
            tags=self.named(physical),
            opts=self.owned(),
        )

    def permit_gateways(self, prefix_lists: Mapping[str, pulumi.Input[str]]) -> None:
        """Create the rules for gateway endpoints, by the ids of their prefix lists.

        Endpoints are made between groups and these rules: interfaces carry a group, gateways have the lists.
        """
        for conversation in self._args.conversations:
            if isinstance(conversation.server, GatewayEndpoint):
                self._permit(conversation, prefix_lists[conversation.server.name])

    def _permit(self, it: Conversation, prefix_list: pulumi.Input[str] | None = None) -> None:
        """Create the rules of a conversation: at the server, and at the client unless it may go anywhere already."""
        if isinstance(it.client, SecurityGroup) and (goes_anywhere(it) or it.client not in self._free):
            self._rule(aws.vpc.SecurityGroupEgressRule, it, (it.client, "to", it.server), prefix_list)
        if isinstance(it.server, SecurityGroup):
            self._rule(aws.vpc.SecurityGroupIngressRule, it, (it.server, "from", it.client))

    def _rule(
        self,
        kind: type[aws.vpc.SecurityGroupEgressRule | aws.vpc.SecurityGroupIngressRule],
        it: Conversation,
        sides: tuple[SecurityGroup, str, SecurityGroup | AddressRange | GatewayEndpoint],
        prefix_list: pulumi.Input[str] | None = None,
    ) -> None:
        own, direction, other = sides
        port = "all" if it.port is None else str(it.port)
        words = (own.name, direction, other.name, port, *([] if it.protocol == "tcp" else [it.protocol]))
        kind(
            self.child(*words),
            security_group_id=self._groups[own.name].id,
            referenced_security_group_id=self._groups[other.name].id if isinstance(other, SecurityGroup) else None,
            cidr_ipv4=other.cidr if isinstance(other, AddressRange) else None,
            prefix_list_id=prefix_list,
            ip_protocol="-1" if it.port is None else it.protocol,
            from_port=it.port,
            to_port=it.port,
            description=it.why,
            tags=self.named(self._args.names.of("sg", *words)),
            # AWS refuses the twin of a rule that is still there.
            opts=self.owned(delete_before_replace=True),
        )


def goes_anywhere(it: Conversation) -> bool:
    """Whether it lets its client connect to any address on any port."""
    return it.port is None and isinstance(it.server, AddressRange) and it.server.cidr == ANYWHERE
