"""A network of CloudFormation's types, and all types together."""

from __future__ import annotations

from typing import Final

from guard.aws.cloudformation_entry_points import ENTRY_POINTS
from guard.aws.cloudformation_services import SERVICES
from guard.aws.cloudformation_types import KINDS, ProviderType

NETWORK: Final[dict[str, ProviderType]] = {
    "AWS::EC2::VPC": ProviderType("aws:ec2/vpc:Vpc"),
    "AWS::EC2::Subnet": ProviderType("aws:ec2/subnet:Subnet"),
    "AWS::EC2::InternetGateway": ProviderType("aws:ec2/internetGateway:InternetGateway"),
    "AWS::EC2::VPCGatewayAttachment": ProviderType("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"),
    "AWS::EC2::EgressOnlyInternetGateway": ProviderType("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"),
    "AWS::EC2::NatGateway": ProviderType("aws:ec2/natGateway:NatGateway"),
    "AWS::EC2::RouteTable": ProviderType("aws:ec2/routeTable:RouteTable"),
    "AWS::EC2::Route": ProviderType("aws:ec2/route:Route", {"EgressOnlyInternetGatewayId": "egressOnlyGatewayId"}),
    "AWS::EC2::SubnetRouteTableAssociation": ProviderType("aws:ec2/routeTableAssociation:RouteTableAssociation"),
    "AWS::EC2::NetworkAcl": ProviderType("aws:ec2/networkAcl:NetworkAcl"),
    "AWS::EC2::NetworkAclEntry": ProviderType("aws:ec2/networkAclRule:NetworkAclRule"),
    "AWS::EC2::SubnetNetworkAclAssociation": ProviderType("aws:ec2/networkAclAssociation:NetworkAclAssociation"),
    "AWS::EC2::FlowLog": ProviderType(
        "aws:ec2/flowLog:FlowLog", {"ResourceId": "", "ResourceType": "", "DeliverLogsPermissionArn": "iamRoleArn"}
    ),
    "AWS::EC2::VPCEndpoint": ProviderType("aws:ec2/vpcEndpoint:VpcEndpoint", {"PolicyDocument": "policy"}),
}

TYPES: Final = {**KINDS, **ENTRY_POINTS, **NETWORK, **SERVICES}
