"""Examples of the network's components."""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from components.component import Args, Component
from components.network.client_vpn import ClientVpn, ClientVpnArgs
from components.network.conversations import AddressRange, Conversation, SecurityGroup
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.network import Network, NetworkArgs
from components.network.network_acls import NetworkAcls, NetworkAclsArgs, rules
from settings.tables.client_vpn import ClientVpnTable
from settings.tables.network import EndpointsTable, FlowLogsTable, NetworkTable
from tests.components.examples.common import BY_ZONE, COMMON, KEY, SUBNETS


def network_table(**changes: Any) -> NetworkTable:
    """Three tiers in two zones."""
    table: dict[str, Any] = {
        "cidr": "10.9.0.0/16",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "tiers": {
            "public": {"route": "internet", "cidrs": ["10.9.1.0/24", "10.9.2.0/24"]},
            "private": {"route": "nat", "cidrs": ["10.9.11.0/24", "10.9.12.0/24"]},
            "data": {"route": "none", "cidrs": ["10.9.21.0/24", "10.9.22.0/24"]},
        },
        "nat": "per-zone",
        "acls": True,
    }
    return NetworkTable.model_validate(table | changes)


WEB, DB = SecurityGroup("web"), SecurityGroup("database")


#: A row of each kind: between groups, from addresses, to addresses.
TALK = [
    Conversation(WEB, DB, 5432, "queries"),
    Conversation(AddressRange("internet", "0.0.0.0/0"), WEB, 443, "requests"),
    Conversation(WEB, AddressRange("internet", "0.0.0.0/0"), None, "everything"),
]


def _endpoints(**given: Any) -> EndpointsArgs:
    table = EndpointsTable(gateway=("s3",), interface=("ecr.api", "logs"), zones=1)
    return EndpointsArgs(
        table=table, vpc_id="vpc-1", route_table_ids=["rtb-1"], subnet_ids=SUBNETS, group="sg-endpoints", **given
    )


def _firewall(**given: Any) -> FirewallArgs:
    return FirewallArgs(vpc_id="vpc-1", groups=[WEB, DB], conversations=TALK, **given)


def _acls(**given: Any) -> NetworkAclsArgs:
    subnets = {tier: [f"subnet-{tier}"] for tier in ("public", "private", "data")}
    wanted = {tier: rules(network_table(), tier, [5432, 6379] if tier == "data" else ()) for tier in subnets}
    return NetworkAclsArgs(vpc_id="vpc-1", subnet_ids=subnets, rules=wanted, **given)


def client_vpn_args(changes: Mapping[str, Any] | None = None, **others: Any) -> ClientVpnArgs:
    """A VPN that is joined to both zones; `changes` are the table's."""
    certificate = "arn:aws:acm:eu-west-1:210987654321:certificate/{}0000000-0000-4000-8000-000000000000"
    table: dict[str, Any] = {
        "cidr": "10.100.0.0/22",
        "server-certificate": certificate.format(1),
        "client-certificates": certificate.format(2),
        "saml": "saml.xml",
        "admits": ["203.0.113.0/24"],
    }
    given: dict[str, Any] = {
        "table": ClientVpnTable.model_validate(table | dict(changes or {})),
        "metadata": "<md:EntityDescriptor/>",
        "vpc_id": "vpc-1",
        "vpc_cidr": ipaddress.IPv4Network("10.9.0.0/16"),
        "subnet_ids": BY_ZONE,
        "group": "sg-vpn",
        "handler": "arn:aws:lambda:eu-west-1:210987654321:function:AWSClientVPN-acme-test-connect",
        "key": KEY,
    }
    return ClientVpnArgs(**(COMMON | given | others))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    ClientVpn: client_vpn_args,
    Endpoints: _endpoints,
    Firewall: _firewall,
    FlowLogs: lambda **given: FlowLogsArgs(table=FlowLogsTable(days=90), vpc_id="vpc-1", key=KEY, **given),
    Network: lambda **given: NetworkArgs(table=network_table(), **given),
    NetworkAcls: _acls,
}
