"""The network, who may talk to whom in it, and the endpoints of AWS's services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.handles import VpcPlacement
from components.network.conversations import conversations, groups
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network import Network, NetworkArgs
from components.network.network_acls import AclRule, NetworkAcls, NetworkAclsArgs, rules
from components.network.strict_acls import strict_rules
from components.platform.context import Context
from components.platform.logs import Logs
from components.platform.part import Part, Parts
from settings.settings import Settings
from settings.tables.files import NFS_PORT
from settings.tables.network import NetworkTable


@dataclass(frozen=True, kw_only=True)
class Vpc(Part):
    """The VPC, its subnets and security groups."""

    table: NetworkTable
    network: Network
    firewall: Firewall
    flow_logs: pulumi.Output[str] | None  #: name of the log group
    path: Sequence[pulumi.Resource]  #: all that a packet passes: routes, rules, network ACLs, endpoints

    def placement(self, tier: str, group: str) -> VpcPlacement:
        """The subnets of a tier, in the order of the zones, and the security group of a part of the platform."""
        return VpcPlacement(subnet_ids=self.network.subnet_ids[tier], group=self.firewall.group_ids[group])

    def by_zone(self, tier: str, zones: int | None = None) -> dict[str, pulumi.Output[str]]:
        """The subnets of a tier by zone: of so many from the first, or of all."""
        return dict(list(zip(self.table.zones, self.network.subnet_ids[tier], strict=True))[:zones])


def network(context: Context, parts: Parts) -> Vpc | None:
    """Build the VPC, its security groups, and the network ACLs, endpoints and flow logs that the table asks for."""
    table = context.settings.network
    if not table:
        return None
    built = Network("network", NetworkArgs(table=table, **context.common), context.options)
    args = FirewallArgs(
        vpc_id=built.vpc_id,
        groups=groups(context.settings),
        conversations=conversations(context.settings),
        **context.common,
    )
    firewall = Firewall("firewall", args, context.options)
    acls, endpoints = _acls(context, table, built), _endpoints(context, table, built, firewall)
    if endpoints:
        firewall.permit_gateways(endpoints.prefix_lists)
    flow_logs = _flow_logs(context, parts, table, built)
    exports: dict[str, Any] = {
        **({"flow_logs_group": flow_logs} if flow_logs is not None else {}),
        "vpc_id": built.vpc_id,
        "vpc_cidr": built.vpc_cidr,
        "vpc_arn": built.vpc_arn,
        "subnet_ids": dict(built.subnet_ids),
        "security_group_ids": dict(firewall.group_ids),
    }
    path = [each for each in (built, firewall, acls, endpoints) if each]
    return Vpc(table=table, network=built, firewall=firewall, flow_logs=flow_logs, path=path, exports=exports)


def _acls(context: Context, table: NetworkTable, network: Network) -> NetworkAcls | None:
    if not table.acls:
        return None
    strict = table.acls == "strict"
    wanted = strict_rules(context.settings, table) if strict else _rules(context.settings, table)
    args = NetworkAclsArgs(vpc_id=network.vpc_id, subnet_ids=network.subnet_ids, rules=wanted, **context.common)
    return NetworkAcls("acls", args, context.options)


def _rules(settings: Settings, table: NetworkTable) -> dict[str, list[AclRule]]:
    """The network ACL rules of each tier."""
    ports: dict[str, list[int]] = {}
    for store in settings.stores.values():
        ports.setdefault(store.tier, []).append(store.listens)
    for tier in sorted({files.tier for files in settings.files.values()}):
        ports.setdefault(tier, []).append(NFS_PORT)
    bastion = settings.bastion
    admitted = {bastion.tier: [str(cidr) for cidr in bastion.admits]} if bastion else {}
    return {tier: rules(table, tier, ports.get(tier, ()), admitted.get(tier, ())) for tier in table.tiers}


def _endpoints(context: Context, table: NetworkTable, network: Network, firewall: Firewall) -> Endpoints | None:
    wanted = table.endpoints
    if not wanted:
        return None
    users = {*table.tiers_by_route("nat"), *(service.tier for service in context.settings.services.values())}
    args = EndpointsArgs(
        table=wanted,
        vpc_id=network.vpc_id,
        route_table_ids=[each for tier in table.tiers if tier in users for each in network.route_table_ids[tier]],
        subnet_ids=network.subnet_ids[wanted.tier] if wanted.interface else [],
        group=firewall.group_ids["endpoints"] if wanted.interface else "",
        **context.common,
    )
    return Endpoints("endpoints", args, context.options)


def _flow_logs(context: Context, parts: Parts, table: NetworkTable, network: Network) -> pulumi.Output[str] | None:
    if not table.flow_logs:
        return None
    shared = parts.of(Logs).logs[table.flow_logs.log] if table.flow_logs.log else None
    args = FlowLogsArgs(table=table.flow_logs, shared=shared, vpc_id=network.vpc_id, key=context.key, **context.common)
    return FlowLogs("flow-logs", args, context.options).log_group
