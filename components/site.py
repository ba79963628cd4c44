"""The site: the network, who may talk to whom in it, and the ways to AWS."""

from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.network.acls import NetworkAcls, NetworkAclsArgs
from components.network.conversations import conversations, groups
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network import Network, NetworkArgs
from settings.settings import Settings
from settings.tables.data import CACHE_PORT
from settings.tables.network import NetworkTable


@dataclass(kw_only=True)
class Site:
    """Builds where everything else stands."""

    table: NetworkTable
    settings: Settings
    key: pulumi.Output[str]
    common: dict[str, Any]  #: what every component is given
    opts: pulumi.ResourceOptions
    exports: dict[str, Any]
    network: Network = field(init=False)
    firewall: Firewall = field(init=False)
    fences: NetworkAcls | None = field(init=False)
    endpoints: Endpoints | None = field(init=False)

    def __post_init__(self) -> None:
        table = self.table
        self.network = network = Network("network", NetworkArgs(table=table, **self.common), self.opts)
        self.firewall = Firewall(
            "firewall",
            FirewallArgs(
                vpc_id=network.vpc_id,
                groups=groups(self.settings),
                conversations=conversations(self.settings),
                **self.common,
            ),
            self.opts,
        )
        self.fences = self._make_fences()
        self.endpoints = self._make_endpoints()
        if table.flow_logs:
            args = FlowLogsArgs(table=table.flow_logs, vpc_id=network.vpc_id, key=self.key, **self.common)
            self.exports["flow_logs_group"] = FlowLogs("flow-logs", args, self.opts).log_group
        self.exports |= {
            "vpc_id": network.vpc_id,
            "vpc_cidr": network.vpc_cidr,
            "vpc_arn": network.vpc_arn,
            "subnet_ids": dict(network.subnet_ids),
            "security_group_ids": dict(self.firewall.group_ids),
        }

    def subnets(self, tier: str) -> list[pulumi.Output[str]]:
        """The subnets of a tier, in the order of the zones."""
        return self.network.subnet_ids[tier]

    @property
    def ways(self) -> list[pulumi.Resource]:
        """All that a packet passes."""
        return [each for each in (self.network, self.firewall, self.fences, self.endpoints) if each]

    def group(self, part: str) -> pulumi.Output[str]:
        """The security group of a part."""
        return self.firewall.group_ids[part]

    def _make_fences(self) -> NetworkAcls | None:
        if not self.table.acls:
            return None
        stores: dict[str, list[int]] = {}
        if self.settings.database:
            stores.setdefault(self.settings.database.tier, []).append(self.settings.database.listens)
        if self.settings.cache:
            stores.setdefault(self.settings.cache.tier, []).append(CACHE_PORT)
        args = NetworkAclsArgs(
            table=self.table,
            vpc_id=self.network.vpc_id,
            subnet_ids=self.network.subnet_ids,
            stores=stores,
            **self.common,
        )
        return NetworkAcls("acls", args, self.opts)

    def _make_endpoints(self) -> Endpoints | None:
        table, network = self.table.endpoints, self.network
        if not table:
            return None
        routed = self.table.tiers_by_route("nat")
        args = EndpointsArgs(
            table=table,
            vpc_id=network.vpc_id,
            route_table_ids=[each for tier in routed for each in network.route_table_ids[tier]],
            subnet_ids=network.subnet_ids[table.tier] if table.interface else [],
            group=self.firewall.group_ids["endpoints"] if table.interface else "",
            **self.common,
        )
        return Endpoints("endpoints", args, self.opts)
