"""Client VPN: how administrators get into the network, and from there to AWS."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.log_group import log_group
from components.network.network import ANYWHERE
from settings.tables.client_vpn import ClientVpnTable

#: The address of a VPC's own resolver is its base plus this (VPC user guide, Amazon DNS server).
RESOLVER: Final = 2


@dataclass(frozen=True, kw_only=True)
class ClientVpnArgs(Args):
    """The VPN's table, its place in the network, and what decides about each connection."""

    table: ClientVpnTable
    metadata: str  #: the identity provider's, as XML
    vpc_id: pulumi.Input[str]
    vpc_cidr: ipaddress.IPv4Network
    subnet_ids: Mapping[str, pulumi.Input[str]]  #: by zone, of those that it is joined to
    group: pulumi.Input[str]  #: id of its security group
    handler: pulumi.Input[str]  #: ARN of the function that admits by address
    key: pulumi.Input[str]  #: ARN of the stack's key
    after: Sequence[pulumi.Resource] = ()  #: what the handler needs, and the way to the internet


class ClientVpn(Component):
    """A way in for people that asks for a certificate of theirs, for the identity provider's word, and for an address
    that is admitted; and writes down who came.

    All that they send goes through the VPC: what is not for it leaves by NAT, so that AWS sees the platform's address.

    Creates the identity provider in IAM, the log group of connections, the endpoint, its place in each subnet, and the
    rules and routes for the VPC and the internet.
    """

    endpoint_id: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    saml_provider_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ClientVpnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("saml", "client-vpn")
        provider = aws.iam.SamlProvider(
            self.child("saml"),
            name=physical,
            saml_metadata_document=args.metadata,
            tags=self.named(physical),
            opts=self.owned(),
        )
        endpoint = self._endpoint(args, provider.arn)
        for word, cidr in (("vpc", str(args.vpc_cidr)), ("internet", ANYWHERE)):
            aws.ec2clientvpn.AuthorizationRule(
                self.child(word),
                client_vpn_endpoint_id=endpoint.id,
                target_network_cidr=cidr,
                authorize_all_groups=True,
                description="Whoever the identity provider lets in",
                opts=self.owned(),
            )
        for number, (zone, subnet) in enumerate(args.subnet_ids.items(), start=1):
            association = aws.ec2clientvpn.NetworkAssociation(
                self.child("subnet", zone),
                client_vpn_endpoint_id=endpoint.id,
                subnet_id=subnet,
                opts=self.owned(aliases=self.was("subnet", str(number))),  # numbered in 1.0.0
            )
            aws.ec2clientvpn.Route(
                self.child("internet", zone),
                client_vpn_endpoint_id=endpoint.id,
                destination_cidr_block=ANYWHERE,
                target_vpc_subnet_id=subnet,
                description="Through NAT",
                opts=self.owned(depends_on=[association], aliases=self.was("internet", str(number))),
            )
        self.endpoint_id = endpoint.id
        self.dns_name = endpoint.dns_name
        self.saml_provider_arn = provider.arn
        self.register_outputs(
            {"endpoint_id": self.endpoint_id, "dns_name": self.dns_name, "saml_provider_arn": self.saml_provider_arn}
        )

    def _endpoint(self, args: ClientVpnArgs, provider: pulumi.Output[str]) -> aws.ec2clientvpn.Endpoint:
        table, physical = args.table, args.names.of("vpn", "client")
        log = log_group(self, "log", args.names.of("log", "client-vpn"), days=table.log_days, key=args.key)
        both: list[Any] = [
            {"type": "certificate-authentication", "root_certificate_chain_arn": table.client_certificates},
            {"type": "federated-authentication", "saml_provider_arn": provider},
        ]
        return aws.ec2clientvpn.Endpoint(
            self.child("endpoint"),
            description="Administrators",
            server_certificate_arn=table.server_certificate,
            client_cidr_block=str(table.cidr),
            authentication_options=both,
            client_connect_options={"enabled": True, "lambda_function_arn": args.handler},
            connection_log_options={"enabled": True, "cloudwatch_log_group": log.name},
            vpc_id=args.vpc_id,
            security_group_ids=[args.group],
            dns_servers=[str(args.vpc_cidr.network_address + RESOLVER)],
            split_tunnel=False,
            session_timeout_hours=table.hours,
            disconnect_on_session_timeout=True,
            transport_protocol="udp",
            vpn_port=443,
            tags=self.named(physical),
            opts=self.owned(depends_on=list(args.after)),
        )
