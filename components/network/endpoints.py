"""Endpoints: AWS services inside the VPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.network import EndpointsTable


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs(Args):
    """The endpoints' table, and the parts of the network that they stand in."""

    table: EndpointsTable
    vpc_id: pulumi.Input[str]
    route_table_ids: Sequence[pulumi.Input[str]]  #: of the tiers with NAT or services: they get the gateway endpoints
    subnet_ids: Sequence[pulumi.Input[str]]  #: of the endpoints' tier, in the order of the zones
    group: pulumi.Input[str]  #: id of the endpoints' security group


class Endpoints(Component):
    """AWS services that are reached without leaving the VPC.

    Creates a gateway endpoint for each name under `gateway` (free, a route in the tables of tiers with NAT or services)
    and an interface endpoint for each name under `interface`, in as many zones as the table says, answering the
    service's default name.
    """

    endpoint_ids: Mapping[str, pulumi.Output[str]]  #: by kind/service, as in the stack file
    prefix_lists: Mapping[str, pulumi.Output[str]]  #: ids of the lists of what is behind gateways, by service

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        gateways = {service: self._gateway(args, service) for service in args.table.gateway}
        endpoints = {
            **{f"gateway/{service}": gateway for service, gateway in gateways.items()},
            **{f"interface/{service}": self._interface(args, service) for service in args.table.interface},
        }
        self.endpoint_ids = {service: endpoint.id for service, endpoint in endpoints.items()}
        self.prefix_lists = {service: gateway.prefix_list_id for service, gateway in gateways.items()}
        self.register_outputs({"endpoint_ids": dict(self.endpoint_ids), "prefix_lists": dict(self.prefix_lists)})

    def _gateway(self, args: EndpointsArgs, service: str) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            self.child("gateway", service),
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.facts.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            tags=self.named(args.names.of("vpce", service)),
            opts=self.owned(),
        )

    def _interface(self, args: EndpointsArgs, service: str) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            self.child("interface", service),
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.facts.region}.{service}",
            vpc_endpoint_type="Interface",
            subnet_ids=list(args.subnet_ids[: args.table.zones]),
            security_group_ids=[args.group],
            private_dns_enabled=True,
            tags=self.named(args.names.of("vpce", service.replace(".", "-"))),
            opts=self.owned(),
        )
