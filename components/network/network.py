"""The network: one VPC with its tiers of subnets and their routes out."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.network import NetworkTable

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs(Args):
    """The network's table of the stack file."""

    table: NetworkTable


class Network(Component):
    """A VPC whose tiers differ in one thing: where traffic that leaves the VPC goes.

    Creates the VPC, its subnets (one a tier and zone), the internet gateway where a tier routes to it, the NAT
    gateways with their addresses, a route table for each tier (for NAT one a zone where each zone has its gateway), and
    adopts the VPC's default security group, network ACL and route table, emptied, so that nothing can rely on them.
    """

    vpc_id: pulumi.Output[str]
    vpc_cidr: pulumi.Output[str]
    vpc_arn: pulumi.Output[str]
    subnet_ids: Mapping[str, list[pulumi.Output[str]]]  #: by tier, in the order of the zones
    subnet_cidrs: Mapping[str, list[str]]  #: by tier, in the order of the zones
    route_table_ids: Mapping[str, list[pulumi.Output[str]]]  #: by tier: one, or one a zone

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self._vpc = aws.ec2.Vpc(
            self.child("vpc"),
            cidr_block=str(args.table.cidr),
            enable_dns_support=args.table.dns_support,
            enable_dns_hostnames=args.table.dns_hostnames,
            tags=self.named(args.names.of("vpc")),
            opts=self.owned(),
        )
        self._adopt_defaults()
        self._subnets = {
            tier: {
                zone: self._subnet(tier, zone, str(cidr))
                for zone, cidr in zip(args.table.zones, table.cidrs, strict=True)
            }
            for tier, table in args.table.tiers.items()
        }
        self._gateway = self._internet_gateway()
        self._nats = self._nat_gateways()
        self._tables = {tier: self._route_tables(tier, table.route) for tier, table in args.table.tiers.items()}
        self.vpc_id = self._vpc.id
        self.vpc_cidr = self._vpc.cidr_block
        self.vpc_arn = self._vpc.arn
        self.subnet_ids = {tier: [subnet.id for subnet in zones.values()] for tier, zones in self._subnets.items()}
        self.subnet_cidrs = {tier: [str(cidr) for cidr in table.cidrs] for tier, table in args.table.tiers.items()}
        self.route_table_ids = {tier: [table.id for table in tables] for tier, tables in self._tables.items()}
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "vpc_cidr": self.vpc_cidr,
                "vpc_arn": self.vpc_arn,
                "subnet_ids": dict(self.subnet_ids),
                "subnet_cidrs": dict(self.subnet_cidrs),
                "route_table_ids": dict(self.route_table_ids),
            }
        )

    def _zone_letter(self, zone: str) -> str:
        """a, for us-east-1a"""
        return zone.removeprefix(self._args.facts.region)

    def _adopt_defaults(self) -> None:
        """What AWS makes with every VPC is open: without these, a forgotten reference would be a hole."""
        names = self._args.names
        aws.ec2.DefaultSecurityGroup(
            self.child("default-group"),
            vpc_id=self._vpc.id,
            ingress=[],
            egress=[],
            tags=self.named(names.of("sg", "default-unused")),
            opts=self.owned(),
        )
        aws.ec2.DefaultRouteTable(
            self.child("default-routes"),
            default_route_table_id=self._vpc.default_route_table_id,
            routes=[],
            tags=self.named(names.of("rt", "default-unused")),
            opts=self.owned(),
        )
        if self._args.table.acls:
            aws.ec2.DefaultNetworkAcl(
                self.child("default-acl"),
                default_network_acl_id=self._vpc.default_network_acl_id,
                tags=self.named(names.of("nacl", "default-unused")),
                # Every subnet starts here before its own ACL takes it: AWS owns the list.
                opts=self.owned(ignore_changes=["subnet_ids"]),
            )

    def _subnet(self, tier: str, zone: str, cidr: str) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            self.child("subnet", tier, zone),
            vpc_id=self._vpc.id,
            cidr_block=cidr,
            availability_zone=zone,
            # A load balancer and a NAT gateway bring their own addresses; nothing else in a public subnet needs one.
            map_public_ip_on_launch=False,
            tags={**self.named(self._args.names.of("subnet", tier, self._zone_letter(zone))), "Tier": tier},
            opts=self.owned(),
        )

    def _internet_gateway(self) -> aws.ec2.InternetGateway | None:
        if not self._args.table.tiers_by_route("internet"):
            return None
        return aws.ec2.InternetGateway(
            self.child("internet-gateway"),
            vpc_id=self._vpc.id,
            tags=self.named(self._args.names.of("igw")),
            opts=self.owned(),
        )

    def _nat_gateways(self) -> dict[str, aws.ec2.NatGateway]:
        """The NAT gateway of each zone that has one, in the first tier that routes to the internet."""
        table = self._args.table
        zones = {"none": (), "single": table.zones[:1], "per-zone": table.zones}[table.nat]
        return {zone: self._nat_gateway(zone) for zone in zones}

    def _nat_gateway(self, zone: str) -> aws.ec2.NatGateway:
        names = self._args.names
        letter = self._zone_letter(zone)
        address = aws.ec2.Eip(
            self.child("nat-address", zone),
            domain="vpc",
            tags=self.named(names.of("eip", "nat", letter)),
            opts=self.owned(depends_on=[self._gateway] if self._gateway else None),
        )
        [public, *_] = self._args.table.tiers_by_route("internet")
        return aws.ec2.NatGateway(
            self.child("nat", zone),
            allocation_id=address.allocation_id,
            subnet_id=self._subnets[public][zone].id,
            tags=self.named(names.of("nat", letter)),
            # AWS wants the internet gateway attached first, and nothing else says so.
            opts=self.owned(depends_on=[self._gateway] if self._gateway else None),
        )

    def _route_tables(self, tier: str, route: str) -> list[aws.ec2.RouteTable]:
        """One table for the tier; one a zone where each zone leaves by its own NAT gateway."""
        if route == "nat" and self._args.table.nat == "per-zone":
            return [self._route_table(tier, route, [zone], zone) for zone in self._args.table.zones]
        return [self._route_table(tier, route, list(self._args.table.zones))]

    def _route_table(self, tier: str, route: str, zones: list[str], *only: str) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            self.child("routes", tier, *only),
            vpc_id=self._vpc.id,
            tags=self.named(self._args.names.of("rt", tier, *map(self._zone_letter, only))),
            opts=self.owned(),
        )
        if route == "internet" and self._gateway:
            aws.ec2.Route(
                self.child("route", tier, *only),
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                gateway_id=self._gateway.id,
                opts=self.owned(),
            )
        if route == "nat":
            aws.ec2.Route(
                self.child("route", tier, *only),
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=self._nats[zones[0]].id,
                opts=self.owned(),
            )
        for zone in zones:
            aws.ec2.RouteTableAssociation(
                self.child("routed", tier, zone),
                subnet_id=self._subnets[tier][zone].id,
                route_table_id=table.id,
                opts=self.owned(),
            )
        return table
