"""Workflows, desks, consoles and other services of CloudFormation's types of which a rule speaks."""

from __future__ import annotations

from typing import Final

from guard.aws.cloudformation_types import ProviderType

SERVICES: Final[dict[str, ProviderType]] = {
    "AWS::AppRunner::Service": ProviderType("aws:apprunner/service:Service"),
    "AWS::AppRunner::VpcConnector": ProviderType("aws:apprunner/vpcConnector:VpcConnector"),
    "AWS::AppStream::Fleet": ProviderType("aws:appstream/fleet:Fleet"),
    "AWS::AppSync::DataSource": ProviderType("aws:appsync/dataSource:DataSource"),
    "AWS::AppSync::GraphQLApi": ProviderType("aws:appsync/graphQLApi:GraphQLApi"),
    "AWS::Backup::BackupPlan": ProviderType(
        "aws:backup/plan:Plan",
        {"BackupPlanName": "name", "BackupPlanRule": "rules", "BackupPlanTags": "tags"},
        within="BackupPlan",
    ),
    "AWS::Cognito::UserPool": ProviderType(
        "aws:cognito/userPool:UserPool", {"UserPoolName": "name", "UserPoolTags": "tags"}
    ),
    "AWS::EC2::EIP": ProviderType("aws:ec2/eip:Eip", {"InstanceId": "instance"}),
    "AWS::EC2::EIPAssociation": ProviderType("aws:ec2/eipAssociation:EipAssociation"),
    "AWS::EC2::NetworkInterface": ProviderType(
        "aws:ec2/networkInterface:NetworkInterface", {"GroupSet": "securityGroups"}
    ),
    "AWS::EC2::TransitGateway": ProviderType("aws:ec2transitgateway/transitGateway:TransitGateway"),
    "AWS::ECR::RegistryPolicy": ProviderType("aws:ecr/registryPolicy:RegistryPolicy", {"PolicyText": "policy"}),
    "AWS::EMRServerless::Application": ProviderType("aws:emrserverless/application:Application"),
    "AWS::Events::Rule": ProviderType("aws:cloudwatch/eventRule:EventRule", {"EventPattern": "", "Targets": ""}),
    "AWS::GuardDuty::Detector": ProviderType("aws:guardduty/detector:Detector"),
    "AWS::ImageBuilder::InfrastructureConfiguration": ProviderType(
        "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
    ),
    "AWS::Logs::ResourcePolicy": ProviderType("aws:cloudwatch/logResourcePolicy:LogResourcePolicy"),
    "AWS::MWAA::Environment": ProviderType("aws:mwaa/environment:Environment"),
    "AWS::OpenSearchServerless::VpcEndpoint": ProviderType(
        "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint"
    ),
    "AWS::RedshiftServerless::Namespace": ProviderType("aws:redshiftserverless/namespace:Namespace"),
    "AWS::Route53::HostedZone": ProviderType(
        "aws:route53/zone:Zone",
        {"HostedZoneConfig": "", "HostedZoneTags": "tags", "QueryLoggingConfig": "", "VPCs": "vpcs"},
    ),
    "AWS::SageMaker::Domain": ProviderType("aws:sagemaker/domain:Domain"),
    "AWS::Scheduler::Schedule": ProviderType("aws:scheduler/schedule:Schedule"),
    "AWS::SSM::Document": ProviderType("aws:ssm/document:Document"),
    # Its definition is looked at in the holder.
    "AWS::StepFunctions::StateMachine": ProviderType(
        "aws:sfn/stateMachine:StateMachine",
        {"Definition": "", "DefinitionString": "", "StateMachineName": "name", "StateMachineType": "type"},
    ),
}
