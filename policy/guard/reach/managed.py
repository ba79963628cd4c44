"""Services that run for you inside your network: where each names the security groups and subnets that it is given.

A test reads the SDK and fails when a type that takes groups is neither here, nor in `places`, nor known to carry none.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Managed(NamedTuple):
    """Where a service names its groups and its subnets."""

    groups: tuple[str, ...]
    subnets: tuple[str, ...] = ()


def _block(path: str, groups: str = "securityGroupIds", subnets: str = "subnetIds") -> Managed:
    """Return what one block says, or the resource itself."""
    dot = f"{path}." if path else ""
    return Managed((f"{dot}{groups}",), (f"{dot}{subnets}",))


def _blocks(*paths: str) -> Managed:
    return Managed(*(tuple(f"{path}.{name}" for path in paths) for name in ("securityGroupIds", "subnetIds")))


def _endpoints(path: str) -> tuple[str, str]:
    """Return where the agents' gateways name the endpoints by which they ask who somebody is."""
    return (
        f"{path}.privateEndpoint.managedVpcResource",
        f"{path}.privateEndpointOverrides.privateEndpoint.managedVpcResource",
    )


_JWT: Final = "authorizerConfiguration.customJwtAuthorizer"
_VPC: Final = "vpcConfig"

# Keep data, or are a door to what keeps it.
STORES: Final[dict[str, Managed]] = {
    "aws:elasticsearch/vpcEndpoint:VpcEndpoint": _block("vpcOptions"),
    "aws:finspace/kxCluster:KxCluster": _block("vpcConfiguration"),
    "aws:rds/optionGroup:OptionGroup": Managed(("options.vpcSecurityGroupMemberships",)),
    "aws:s3outposts/endpoint:Endpoint": _block("", "securityGroupId", "subnetId"),
}

# Run programs, or move data.
PROGRAMS: Final[dict[str, Managed]] = {
    "aws:agentregistry/registry:Registry": _blocks(*_endpoints(f"discoveryConfiguration.{_JWT}")),
    "aws:amp/scraper:Scraper": _blocks("source.eks", "source.vpc"),
    "aws:appstream/fleet:Fleet": _block(_VPC),
    "aws:appstream/imageBuilder:ImageBuilder": _block(_VPC),
    # A fleet's machines stand where its overrides say, or else its templates, and carry the templates' groups.
    "aws:ec2/fleet:Fleet": Managed((), ("launchTemplateConfigs.overrides.subnetId",)),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": Managed(
        ("launchSpecifications.vpcSecurityGroupIds",),
        ("launchSpecifications.subnetId", "launchTemplateConfigs.overrides.subnetId"),
    ),
    "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": Managed(
        (
            "networkConfiguration.networkModeConfig.securityGroups",
            *(f"{path}.securityGroupIds" for path in _endpoints(_JWT)),
        ),
        ("networkConfiguration.networkModeConfig.subnets", *(f"{path}.subnetIds" for path in _endpoints(_JWT))),
    ),
    "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": _block(
        "networkConfiguration.vpcConfig", "securityGroups", "subnets"
    ),
    "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": _block(
        "networkConfiguration.vpcConfig", "securityGroups", "subnets"
    ),
    "aws:bedrock/agentcoreGateway:AgentcoreGateway": _blocks(*_endpoints(_JWT)),
    "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget": _blocks("privateEndpoint.managedVpcResource"),
    "aws:bedrock/agentcoreHarness:AgentcoreHarness": Managed(
        (
            "environments.agentcoreRuntimeEnvironments.networkConfigurations.networkModeConfigs.securityGroups",
            *(f"{path}.securityGroupIds" for path in _endpoints(_JWT)),
        ),
        (
            "environments.agentcoreRuntimeEnvironments.networkConfigurations.networkModeConfigs.subnets",
            *(f"{path}.subnetIds" for path in _endpoints(_JWT)),
        ),
    ),
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": _blocks(
        *_endpoints("oauth2ProviderConfig.customOauth2ProviderConfig")
    ),
    "aws:bedrock/agentcoreRegistry:AgentcoreRegistry": _blocks(*_endpoints(_JWT)),
    "aws:bedrock/customModel:CustomModel": _block(_VPC),
    "aws:bedrockmodel/invocationJob:InvocationJob": _block(_VPC),
    "aws:codeconnections/host:Host": _block("vpcConfiguration"),
    "aws:codestarconnections/host:Host": _block("vpcConfiguration"),
    "aws:comprehend/documentClassifier:DocumentClassifier": _block(_VPC, subnets="subnets"),
    "aws:comprehend/entityRecognizer:EntityRecognizer": _block(_VPC, subnets="subnets"),
    "aws:datasync/agent:Agent": _block("", "securityGroupArns", "subnetArns"),
    "aws:datasync/efsLocation:EfsLocation": _block("ec2Config", "securityGroupArns", "subnetArn"),
    "aws:datasync/fsxOpenZfsFileSystem:FsxOpenZfsFileSystem": Managed(("securityGroupArns",)),
    "aws:datasync/locationFsxLustre:LocationFsxLustre": Managed(("securityGroupArns",)),
    "aws:datasync/locationFsxOntapFileSystem:LocationFsxOntapFileSystem": Managed(("securityGroupArns",)),
    "aws:datasync/locationFsxWindows:LocationFsxWindows": Managed(("securityGroupArns",)),
    "aws:devicefarm/testGridProject:TestGridProject": _block(_VPC),
    "aws:drs/replicationConfigurationTemplate:ReplicationConfigurationTemplate": _block(
        "", "replicationServersSecurityGroupsIds", "stagingAreaSubnetId"
    ),
    "aws:emr/studio:Studio": Managed(("engineSecurityGroupId", "workspaceSecurityGroupId"), ("subnetIds",)),
    "aws:glue/devEndpoint:DevEndpoint": _block("", subnets="subnetId"),
    "aws:grafana/workspace:Workspace": _block("vpcConfiguration"),
    "aws:iot/topicRuleDestination:TopicRuleDestination": _block("vpcConfiguration", "securityGroups"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _blocks(
        "elasticsearchConfiguration.vpcConfig",
        "opensearchConfiguration.vpcConfig",
        "opensearchserverlessConfiguration.vpcConfig",
    ),
    "aws:kinesisanalyticsv2/application:Application": _block("applicationConfiguration.vpcConfiguration"),
    "aws:lambda/capacityProvider:CapacityProvider": _block(_VPC),
    "aws:lambda/coreNetworkConnector:CoreNetworkConnector": _block("configuration.vpcEgressConfiguration"),
    "aws:m2/environment:Environment": _block(""),
    "aws:medialive/channel:Channel": _block("vpc"),
    "aws:medialive/input:Input": _block("vpc"),
    "aws:msk/replicator:Replicator": _block("kafkaClusters.vpcConfig", "securityGroupsIds"),
    "aws:mskconnect/connector:Connector": _block("kafkaCluster.apacheKafkaCluster.vpc", "securityGroups", "subnets"),
    "aws:opensearchingest/pipeline:Pipeline": _block("vpcOptions"),
    "aws:pipes/pipe:Pipe": Managed(
        (
            "sourceParameters.selfManagedKafkaParameters.vpc.securityGroups",
            "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.securityGroups",
        ),
        (
            "sourceParameters.selfManagedKafkaParameters.vpc.subnets",
            "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.subnets",
        ),
    ),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": _block(
        "networkConfig.vpcConfig", subnets="subnets"
    ),
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": Managed(
        ("trainingJobDefinition.vpcConfig.securityGroupIds", "trainingJobDefinitions.vpcConfig.securityGroupIds"),
        ("trainingJobDefinition.vpcConfig.subnets", "trainingJobDefinitions.vpcConfig.subnets"),
    ),
    "aws:sagemaker/labelingJob:LabelingJob": _block(
        "labelingJobAlgorithmsConfig.labelingJobResourceConfig.vpcConfig", subnets="subnets"
    ),
    "aws:sagemaker/monitoringSchedule:MonitoringSchedule": _block(
        "monitoringScheduleConfig.monitoringJobDefinition.networkConfig.vpcConfig", subnets="subnets"
    ),
    "aws:sagemaker/trainingJob:TrainingJob": _block(_VPC, subnets="subnets"),
    "aws:sagemaker/userProfile:UserProfile": Managed(("userSettings.securityGroups",)),
    "aws:sagemaker/workforce:Workforce": _block("workforceVpcConfig", subnets="subnets"),
    "aws:transfer/webApp:WebApp": _block("endpointDetails.vpc"),
    "aws:workspaces/directory:Directory": _block("", "workspaceCreationProperties.customSecurityGroupId"),
    "aws:workspacesweb/networkSettings:NetworkSettings": _block(""),
}

# Lead from one network into another.
LINKS: Final[dict[str, Managed]] = {
    "aws:msk/vpcConnection:VpcConnection": _block("", "securityGroups", "clientSubnets"),
    "aws:opensearchingest/pipelineEndpoint:PipelineEndpoint": _block("vpcOptions"),
    "aws:quicksight/vpcConnection:VpcConnection": _block(""),
    "aws:verifiedaccess/endpoint:Endpoint": Managed(
        ("securityGroupIds",), tuple(f"{kind}Options.subnetIds" for kind in ("cidr", "loadBalancer", "rds"))
    ),
    "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation": Managed(("securityGroupIds",)),
}
