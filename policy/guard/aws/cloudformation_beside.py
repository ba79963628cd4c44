"""What CloudFormation says within a type and the provider in resources of their own, and types that say nothing."""

from __future__ import annotations

from typing import Final, NamedTuple


class PartBeside(NamedTuple):
    """A part of a type of CloudFormation that the provider declares as a resource of its own."""

    token: str
    owner: str  # where that names its owner, if it does
    block: str = ""  # the property that it stands under; without one it is the whole resource
    says: tuple[str, ...] = ()  # then its properties, for where a template says it by a function
    each: bool = False  # one for each that a list has


def _identity(kind: str) -> dict[str, PartBeside]:
    """Return the policies of a user or of a group, which the provider declares one by one."""
    token, owner = f"aws:iam/{kind}Policy", kind.capitalize()
    return {
        "Policies": PartBeside(f"{token}:{owner}Policy", kind, says=("policy",), each=True),
        "ManagedPolicyArns": PartBeside(f"{token}Attachment:{owner}PolicyAttachment", kind, "policyArn", each=True),
    }


# By type and property.
BESIDE: Final[dict[str, dict[str, PartBeside]]] = {
    "AWS::IAM::User": _identity("user"),
    "AWS::IAM::Group": _identity("group"),
    "AWS::ApiGateway::Method": {
        "Integration": PartBeside("aws:apigateway/integration:Integration", "", says=("type", "uri", "connectionType"))
    },
    "AWS::ApiGateway::Stage": {
        "MethodSettings": PartBeside("aws:apigateway/methodSettings:MethodSettings", "stageName", "settings", each=True)
    },
    "AWS::Events::Rule": {"Targets": PartBeside("aws:cloudwatch/eventTarget:EventTarget", "rule", each=True)},
    "AWS::Route53::HostedZone": {"QueryLoggingConfig": PartBeside("aws:route53/queryLog:QueryLog", "zoneId")},
    "AWS::S3::Bucket": {
        "PublicAccessBlockConfiguration": PartBeside(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "bucket",
            says=("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"),
        ),
        "VersioningConfiguration": PartBeside(
            "aws:s3/bucketVersioning:BucketVersioning", "bucket", "versioningConfiguration"
        ),
        "LoggingConfiguration": PartBeside("aws:s3/bucketLogging:BucketLogging", "bucket"),
    },
    "AWS::EFS::FileSystem": {
        "FileSystemPolicy": PartBeside("aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", "policy"),
        "BackupPolicy": PartBeside("aws:efs/backupPolicy:BackupPolicy", "fileSystemId", "backupPolicy"),
    },
    "AWS::SecretsManager::Secret": {
        "SecretString": PartBeside("aws:secretsmanager/secretVersion:SecretVersion", "secretId", "secretString")
    },
    "AWS::ECR::Repository": {
        "RepositoryPolicyText": PartBeside("aws:ecr/repositoryPolicy:RepositoryPolicy", "repository", "policy")
    },
    "AWS::Backup::BackupVault": {
        "AccessPolicy": PartBeside("aws:backup/vaultPolicy:VaultPolicy", "backupVaultName", "policy")
    },
}

# Of these there is nothing to ask: no rule speaks of what they are to the provider.
EMPTY: Final = frozenset({
    "AWS::ApiGateway::Account", "AWS::ApiGateway::ApiKey", "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Model", "AWS::ApiGateway::RequestValidator", "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::UsagePlanKey", "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Deployment", "AWS::ApiGatewayV2::IntegrationResponse",
    "AWS::ApiGatewayV2::Model", "AWS::ApiGatewayV2::RouteResponse", "AWS::AutoScaling::WarmPool",
    "AWS::AppSync::ApiKey", "AWS::AppSync::FunctionConfiguration", "AWS::AppSync::GraphQLSchema",
    "AWS::AppSync::Resolver", "AWS::Athena::NamedQuery", "AWS::Athena::WorkGroup",
    "AWS::CertificateManager::Certificate", "AWS::CloudFront::CachePolicy", "AWS::CloudFront::Function",
    "AWS::CloudFront::KeyGroup", "AWS::CloudFront::OriginRequestPolicy", "AWS::CloudFront::PublicKey",
    "AWS::CloudFront::ResponseHeadersPolicy", "AWS::CodePipeline::Pipeline",
    "AWS::Cognito::IdentityPoolRoleAttachment", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup", "AWS::Cognito::UserPoolResourceServer", "AWS::DocDB::DBInstance",
    "AWS::EC2::DHCPOptions", "AWS::EC2::KeyPair", "AWS::EC2::PlacementGroup", "AWS::EC2::VPCDHCPOptionsAssociation",
    "AWS::Events::Archive", "AWS::Glue::Database", "AWS::Glue::Table", "AWS::Logs::QueryDefinition",
    "AWS::OpenSearchServerless::Collection", "AWS::OpenSearchServerless::LifecyclePolicy",
    "AWS::RDS::EventSubscription", "AWS::ResourceGroups::Group", "AWS::Scheduler::ScheduleGroup",
    "AWS::ServiceDiscovery::HttpNamespace", "AWS::ServiceDiscovery::PrivateDnsNamespace",
    "AWS::ServiceDiscovery::Service", "AWS::SSM::Association", "AWS::SSM::MaintenanceWindow",
    "AWS::FSx::DataRepositoryAssociation", "AWS::FSx::Snapshot", "AWS::FSx::Volume",
    "AWS::WAFv2::IPSet", "AWS::WAFv2::RegexPatternSet", "AWS::WAFv2::RuleGroup",
    "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::AutoScaling::LifecycleHook", "AWS::AutoScaling::ScalingPolicy", "AWS::AutoScaling::ScheduledAction",
    "AWS::CDK::Metadata", "AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudFront::CloudFrontOriginAccessIdentity", "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudWatch::Dashboard", "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate", "AWS::IAM::InstanceProfile", "AWS::KMS::Alias",
    "AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping", "AWS::Lambda::LayerVersion", "AWS::Lambda::Version", "AWS::Logs::LogStream",
    "AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter", "AWS::Route53::HealthCheck",
    "AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup", "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
})  # fmt: skip

# Properties that are called otherwise within blocks: rules of groups, policies of roles, actions of listeners.
PARTS: Final = {
    "IpProtocol": "protocol",
    "CidrIp": "cidrBlocks",
    "CidrIpv6": "ipv6CidrBlocks",
    "SourceSecurityGroupId": "securityGroups",
    "DestinationSecurityGroupId": "securityGroups",
    "SourcePrefixListId": "prefixListIds",
    "PolicyDocument": "policy",
    "PolicyName": "name",
    "RedirectConfig": "redirect",
    "OriginSSLProtocols": "originSslProtocols",
    "CloudFrontDefaultCertificate": "cloudfrontDefaultCertificate",
    "CloudWatchLogGroupName": "cloudWatchLogGroupName",
    "EnforceHTTPS": "enforceHttps",
    "CertificateAuthorityArnList": "certificateAuthorityArns",
    "CloudWatchLogs": "cloudwatchLogs",
    "CloudWatchMetricsEnabled": "cloudwatchMetricsEnabled",
    "DeleteAfterDays": "deleteAfter",
    "DestinationBucketName": "targetBucket",
    "PointInTimeRecoveryEnabled": "enabled",
    "SSEEnabled": "enabled",
}
LISTS: Final = ("cidrBlocks", "ipv6CidrBlocks", "securityGroups", "prefixListIds")
