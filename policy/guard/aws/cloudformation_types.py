"""Types of CloudFormation that stand for one of the provider's, and their properties where they are called otherwise.

A property that is not here has the provider's name but for its first letter.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class ProviderType(NamedTuple):
    """A type of the provider, and its properties where they are called otherwise; "" for one that it has not."""

    token: str
    renamed: dict[str, str] = {}
    within: str = ""  # a property that holds all the others
    fixed: dict[str, object] = {}  # what its type says without a word, where nothing else is said


_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
_RULE_OF_GROUP: Final = {
    "GroupId": "securityGroupId",
    "IpProtocol": "protocol",
    "CidrIp": "cidrBlocks",
    "CidrIpv6": "ipv6CidrBlocks",
    "SourcePrefixListId": "prefixListIds",
    "DestinationPrefixListId": "prefixListIds",
    "DestinationSecurityGroupId": "sourceSecurityGroupId",
}
_CACHE: Final = {
    "CacheSubnetGroupName": "subnetGroupName",
    "CacheNodeType": "nodeType",
    "CacheParameterGroupName": "parameterGroupName",
    "VpcSecurityGroupIds": "securityGroupIds",
}
_DATABASE: Final = {
    "DBSubnetGroupName": "dbSubnetGroupName",
    "VPCSecurityGroups": "vpcSecurityGroupIds",
    "EnableCloudwatchLogsExports": "enabledCloudwatchLogsExports",
    "EnableIAMDatabaseAuthentication": "iamDatabaseAuthenticationEnabled",
}
_CLUSTER: Final = {
    **_DATABASE,
    "DBClusterIdentifier": "clusterIdentifier",
    "DBClusterParameterGroupName": "dbClusterParameterGroupName",
    "MasterUserPassword": "masterPassword",
}
_SEARCH: Final = {"EncryptionAtRestOptions": "encryptAtRest", "NodeToNodeEncryptionOptions": "nodeToNodeEncryption"}
KINDS: Final[dict[str, ProviderType]] = {
    "AWS::RDS::DBInstance": ProviderType(
        "aws:rds/instance:Instance",
        {
            **_DATABASE,
            "DBInstanceClass": "instanceClass",
            "DBInstanceIdentifier": "identifier",
            "DBClusterIdentifier": "clusterIdentifier",
            "DBParameterGroupName": "parameterGroupName",
            "DBSnapshotIdentifier": "snapshotIdentifier",
            "SourceDBInstanceIdentifier": "replicateSourceDb",
            "EnablePerformanceInsights": "performanceInsightsEnabled",
            "CACertificateIdentifier": "caCertIdentifier",
            "MasterUsername": "username",
            "MasterUserPassword": "password",
        },
    ),
    "AWS::RDS::DBCluster": ProviderType(
        "aws:rds/cluster:Cluster",
        {
            **_CLUSTER,
            "DBClusterInstanceClass": "dbClusterInstanceClass",
            "SourceDBClusterIdentifier": "replicationSourceIdentifier",
        },
    ),
    "AWS::DocDB::DBCluster": ProviderType("aws:docdb/cluster:Cluster", _CLUSTER),
    "AWS::Neptune::DBCluster": ProviderType(
        "aws:neptune/cluster:Cluster",
        {
            **_CLUSTER,
            "DBSubnetGroupName": "neptuneSubnetGroupName",
            "DBClusterParameterGroupName": "neptuneClusterParameterGroupName",
            "EnableCloudwatchLogsExports": "enableCloudwatchLogsExports",
            "IamAuthEnabled": "iamDatabaseAuthenticationEnabled",
            "KmsKeyId": "kmsKeyArn",
        },
    ),
    "AWS::Redshift::Cluster": ProviderType(
        "aws:redshift/cluster:Cluster", {"MasterUserPassword": "masterPassword", "MasterUsername": "masterUsername"}
    ),
    "AWS::ElastiCache::ReplicationGroup": ProviderType("aws:elasticache/replicationGroup:ReplicationGroup", _CACHE),
    "AWS::EC2::Volume": ProviderType("aws:ebs/volume:Volume"),
    "AWS::EFS::FileSystem": ProviderType(
        "aws:efs/fileSystem:FileSystem", {"FileSystemPolicy": "", "BackupPolicy": "", "FileSystemTags": "tags"}
    ),
    "AWS::EC2::SecurityGroup": ProviderType(
        "aws:ec2/securityGroup:SecurityGroup",
        {"SecurityGroupIngress": "ingress", "SecurityGroupEgress": "egress", "GroupName": "name"},
    ),
    "AWS::IAM::ManagedPolicy": ProviderType(
        "aws:iam/policy:Policy", {"PolicyDocument": "policy", "ManagedPolicyName": "name"}
    ),
    "AWS::IAM::Role": ProviderType(
        "aws:iam/role:Role",
        {"AssumeRolePolicyDocument": "assumeRolePolicy", "Policies": "inlinePolicies", "RoleName": "name"},
    ),
    "AWS::Kinesis::Stream": ProviderType("aws:kinesis/stream:Stream", {"StreamEncryption": ""}),
    "AWS::SNS::Topic": ProviderType("aws:sns/topic:Topic", {"TopicName": "name"}),
    "AWS::SQS::Queue": ProviderType("aws:sqs/queue:Queue", {"QueueName": "name"}),
    "AWS::KMS::Key": ProviderType(
        "aws:kms/key:Key",
        {
            "KeyPolicy": "policy",
            "Enabled": "isEnabled",
            "PendingWindowInDays": "deletionWindowInDays",
            "KeySpec": "customerMasterKeySpec",
        },
    ),
    "AWS::S3::BucketPolicy": ProviderType("aws:s3/bucketPolicy:BucketPolicy", {"PolicyDocument": "policy"}),
    "AWS::Lambda::Url": ProviderType(
        "aws:lambda/functionUrl:FunctionUrl", {"AuthType": "authorizationType", "TargetFunctionArn": "functionName"}
    ),
    "AWS::Lambda::Permission": ProviderType(
        "aws:lambda/permission:Permission", {"FunctionName": "function", "PrincipalOrgID": "principalOrgId"}
    ),
    "AWS::Lambda::Function": ProviderType(
        "aws:lambda/function:Function",
        {"FunctionName": "name", "Environment": ""},  # that is seen in the holder
    ),
    "AWS::EC2::Instance": ProviderType(
        "aws:ec2/instance:Instance", {"ImageId": "ami", "SecurityGroupIds": "vpcSecurityGroupIds"}
    ),
    "AWS::EC2::LaunchTemplate": ProviderType(
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"SecurityGroupIds": "vpcSecurityGroupIds"},
        within="LaunchTemplateData",
    ),
    "AWS::EC2::SecurityGroupIngress": ProviderType(_RULE, _RULE_OF_GROUP, fixed={"type": "ingress"}),
    "AWS::EC2::SecurityGroupEgress": ProviderType(_RULE, _RULE_OF_GROUP, fixed={"type": "egress"}),
    "AWS::S3::Bucket": ProviderType(
        "aws:s3/bucket:Bucket",
        {
            "BucketName": "bucket",
            "AccessControl": "acl",
            "LoggingConfiguration": "",
            "PublicAccessBlockConfiguration": "",
            "VersioningConfiguration": "",
        },
    ),
    "AWS::ElasticLoadBalancingV2::Listener": ProviderType("aws:lb/listener:Listener"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ProviderType("aws:lb/listenerRule:ListenerRule"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ProviderType("aws:lb/targetGroup:TargetGroup"),
    "AWS::IAM::Policy": ProviderType("aws:iam/policy:Policy", {"PolicyDocument": "policy"}),
    "AWS::IAM::RolePolicy": ProviderType(
        "aws:iam/rolePolicy:RolePolicy", {"PolicyDocument": "policy", "RoleName": "role"}
    ),
    "AWS::IAM::UserPolicy": ProviderType(
        "aws:iam/userPolicy:UserPolicy", {"PolicyDocument": "policy", "UserName": "user"}
    ),
    "AWS::IAM::GroupPolicy": ProviderType(
        "aws:iam/groupPolicy:GroupPolicy", {"PolicyDocument": "policy", "GroupName": "group"}
    ),
    "AWS::IAM::User": ProviderType("aws:iam/user:User", {"UserName": "name", "Policies": "", "ManagedPolicyArns": ""}),
    "AWS::IAM::Group": ProviderType(
        "aws:iam/group:Group", {"GroupName": "name", "Policies": "", "ManagedPolicyArns": ""}
    ),
    "AWS::IAM::AccessKey": ProviderType("aws:iam/accessKey:AccessKey", {"UserName": "user"}),
    "AWS::SNS::TopicPolicy": ProviderType(
        "aws:sns/topicPolicy:TopicPolicy", {"PolicyDocument": "policy", "Topics": "arn"}
    ),
    "AWS::SNS::Subscription": ProviderType("aws:sns/topicSubscription:TopicSubscription", {"TopicArn": "topic"}),
    "AWS::SQS::QueuePolicy": ProviderType(
        "aws:sqs/queuePolicy:QueuePolicy", {"PolicyDocument": "policy", "Queues": "queueUrl"}
    ),
    "AWS::SecretsManager::ResourcePolicy": ProviderType(
        "aws:secretsmanager/secretPolicy:SecretPolicy", {"ResourcePolicy": "policy", "SecretId": "secretArn"}
    ),
    "AWS::OpenSearchService::Domain": ProviderType(
        "aws:opensearch/domain:Domain",
        _SEARCH,
    ),
    "AWS::DynamoDB::Table": ProviderType(
        "aws:dynamodb/table:Table", {"PointInTimeRecoverySpecification": "pointInTimeRecovery", "TableName": "name"}
    ),
    "AWS::DAX::Cluster": ProviderType("aws:dax/cluster:Cluster", {"SSESpecification": "serverSideEncryption"}),
    "AWS::MemoryDB::Cluster": ProviderType(
        "aws:memorydb/cluster:Cluster", {"ClusterName": "name", "KmsKeyId": "kmsKeyArn"}
    ),
    "AWS::DMS::ReplicationInstance": ProviderType(
        "aws:dms/replicationInstance:ReplicationInstance",
        {
            "ReplicationInstanceIdentifier": "replicationInstanceId",
            "ReplicationSubnetGroupIdentifier": "replicationSubnetGroupId",
            "KmsKeyId": "kmsKeyArn",
            "ResourceIdentifier": "",
        },
        fixed={"publiclyAccessible": True},  # as DMS takes it; the provider says false itself
    ),
    "AWS::DMS::Endpoint": ProviderType("aws:dms/endpoint:Endpoint", {"EndpointIdentifier": "endpointId"}),
    "AWS::ECS::TaskDefinition": ProviderType("aws:ecs/taskDefinition:TaskDefinition"),
    "AWS::EKS::Cluster": ProviderType("aws:eks/cluster:Cluster", {"ResourcesVpcConfig": "vpcConfig"}),
    "AWS::MSK::Cluster": ProviderType("aws:msk/cluster:Cluster"),
    "AWS::AmazonMQ::Broker": ProviderType("aws:mq/broker:Broker"),
    "AWS::RedshiftServerless::Workgroup": ProviderType("aws:redshiftserverless/workgroup:Workgroup"),
    "AWS::Neptune::DBInstance": ProviderType(
        "aws:neptune/clusterInstance:ClusterInstance",
        {"DBClusterIdentifier": "clusterIdentifier", "DBInstanceClass": "instanceClass"},
    ),
    "AWS::SageMaker::NotebookInstance": ProviderType(
        "aws:sagemaker/notebookInstance:NotebookInstance", {"SecurityGroupIds": "securityGroups"}
    ),
    "AWS::OpenSearchServerless::SecurityPolicy": ProviderType(
        "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy"
    ),
    "AWS::ECR::Repository": ProviderType(
        "aws:ecr/repository:Repository",
        {
            "EncryptionConfiguration": "encryptionConfigurations",
            "RepositoryName": "name",
            "RepositoryPolicyText": "",
        },
    ),
    "AWS::Backup::BackupVault": ProviderType(
        "aws:backup/vault:Vault",
        {"BackupVaultName": "name", "EncryptionKeyArn": "kmsKeyArn", "BackupVaultTags": "tags", "AccessPolicy": ""},
    ),
    "AWS::SQS::QueueInlinePolicy": ProviderType(
        "aws:sqs/queuePolicy:QueuePolicy", {"PolicyDocument": "policy", "Queue": "queueUrl"}
    ),
    "AWS::SNS::TopicInlinePolicy": ProviderType(
        "aws:sns/topicPolicy:TopicPolicy", {"PolicyDocument": "policy", "TopicArn": "arn"}
    ),
    "AWS::Lambda::LayerVersionPermission": ProviderType(
        "aws:lambda/layerVersionPermission:LayerVersionPermission", {"LayerVersionArn": "layerName"}
    ),
    "AWS::Events::EventBusPolicy": ProviderType("aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
    "AWS::EFS::MountTarget": ProviderType("aws:efs/mountTarget:MountTarget"),
    "AWS::Logs::LogGroup": ProviderType("aws:cloudwatch/logGroup:LogGroup", {"LogGroupName": "name"}),
    "AWS::CloudTrail::Trail": ProviderType(
        "aws:cloudtrail/trail:Trail",
        {"IsLogging": "enableLogging", "TrailName": "name", "CloudWatchLogsLogGroupArn": "cloudWatchLogsGroupArn"},
    ),
    "AWS::RDS::DBSubnetGroup": ProviderType("aws:rds/subnetGroup:SubnetGroup", {"DBSubnetGroupName": "name"}),
    "AWS::ElastiCache::SubnetGroup": ProviderType(
        "aws:elasticache/subnetGroup:SubnetGroup", {"CacheSubnetGroupName": "name"}
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ProviderType(
        "aws:lb/loadBalancer:LoadBalancer", {"Type": "loadBalancerType"}
    ),
    "AWS::ECS::Service": ProviderType("aws:ecs/service:Service", {"ServiceName": "name"}),
    "AWS::RDS::DBParameterGroup": ProviderType(
        "aws:rds/parameterGroup:ParameterGroup", {"DBParameterGroupName": "name"}
    ),
    "AWS::RDS::DBClusterParameterGroup": ProviderType(
        "aws:rds/clusterParameterGroup:ClusterParameterGroup", {"DBClusterParameterGroupName": "name"}
    ),
    "AWS::ElastiCache::CacheCluster": ProviderType(
        "aws:elasticache/cluster:Cluster", {**_CACHE, "ClusterName": "clusterId"}
    ),
    "AWS::ElastiCache::ServerlessCache": ProviderType(
        "aws:elasticache/serverlessCache:ServerlessCache", {"ServerlessCacheName": "name"}
    ),
    "AWS::SecretsManager::Secret": ProviderType("aws:secretsmanager/secret:Secret", {"SecretString": ""}),
    "AWS::SSM::Parameter": ProviderType("aws:ssm/parameter:Parameter"),
    "AWS::RDS::GlobalCluster": ProviderType(
        "aws:rds/globalCluster:GlobalCluster", {"SourceDBClusterIdentifier": "sourceDbClusterIdentifier"}
    ),
    "AWS::RDS::DBProxy": ProviderType("aws:rds/proxy:Proxy", {"DBProxyName": "name", "RequireTLS": "requireTls"}),
    "AWS::RDS::DBProxyEndpoint": ProviderType("aws:rds/proxyEndpoint:ProxyEndpoint"),
    "AWS::DocDB::DBSubnetGroup": ProviderType("aws:docdb/subnetGroup:SubnetGroup", {"DBSubnetGroupName": "name"}),
    "AWS::Neptune::DBSubnetGroup": ProviderType("aws:neptune/subnetGroup:SubnetGroup", {"DBSubnetGroupName": "name"}),
    "AWS::Redshift::ClusterSubnetGroup": ProviderType("aws:redshift/subnetGroup:SubnetGroup"),
    "AWS::MemoryDB::SubnetGroup": ProviderType("aws:memorydb/subnetGroup:SubnetGroup", {"SubnetGroupName": "name"}),
    "AWS::DAX::SubnetGroup": ProviderType("aws:dax/subnetGroup:SubnetGroup", {"SubnetGroupName": "name"}),
    "AWS::DocDB::DBClusterParameterGroup": ProviderType("aws:docdb/clusterParameterGroup:ClusterParameterGroup"),
    "AWS::Redshift::ClusterParameterGroup": ProviderType(
        "aws:redshift/parameterGroup:ParameterGroup", {"ParameterGroupName": "name", "ParameterGroupFamily": "family"}
    ),
    "AWS::ElastiCache::User": ProviderType("aws:elasticache/user:User"),
    "AWS::AppSync::ApiCache": ProviderType("aws:appsync/apiCache:ApiCache"),
    "AWS::WorkSpaces::Workspace": ProviderType("aws:workspaces/workspace:Workspace"),
    "AWS::KinesisFirehose::DeliveryStream": ProviderType(
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        {
            "DeliveryStreamName": "name",
            "KinesisStreamSourceConfiguration": "kinesisSourceConfiguration",
            "DeliveryStreamEncryptionConfigurationInput": "",
        },
    ),
    "AWS::EKS::Nodegroup": ProviderType(
        "aws:eks/nodeGroup:NodeGroup", {"NodeRole": "nodeRoleArn", "Subnets": "subnetIds"}
    ),
    "AWS::AutoScaling::LaunchConfiguration": ProviderType(
        "aws:ec2/launchConfiguration:LaunchConfiguration", {"LaunchConfigurationName": "name"}
    ),
    "AWS::AutoScaling::AutoScalingGroup": ProviderType(
        "aws:autoscaling/group:Group",
        {
            "AutoScalingGroupName": "name",
            "LaunchConfigurationName": "launchConfiguration",
            "LoadBalancerNames": "loadBalancers",
            "TargetGroupARNs": "targetGroupArns",
            "VPCZoneIdentifier": "vpcZoneIdentifiers",
        },
    ),
    "AWS::FSx::FileSystem": ProviderType(
        "aws:fsx/windowsFileSystem:WindowsFileSystem",  # or another, by its FileSystemType
        {"SelfManagedActiveDirectoryConfiguration": "selfManagedActiveDirectory"},
    ),
    "AWS::FSx::StorageVirtualMachine": ProviderType("aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine"),
    "AWS::Elasticsearch::Domain": ProviderType("aws:elasticsearch/domain:Domain", _SEARCH),
    "AWS::Transfer::Server": ProviderType("aws:transfer/server:Server", {"IdentityProviderDetails": ""}),
    "AWS::Batch::ComputeEnvironment": ProviderType(
        "aws:batch/computeEnvironment:ComputeEnvironment", {"ComputeEnvironmentName": "name"}
    ),
    "AWS::CloudFront::Distribution": ProviderType(
        "aws:cloudfront/distribution:Distribution",
        {"CacheBehaviors": "orderedCacheBehaviors", "Logging": "loggingConfig", "WebACLId": "webAclId"},
        within="DistributionConfig",
    ),
    "AWS::CloudWatch::Alarm": ProviderType("aws:cloudwatch/metricAlarm:MetricAlarm", {"AlarmName": "name"}),
    "AWS::CodeBuild::Project": ProviderType("aws:codebuild/project:Project", {"Visibility": "projectVisibility"}),
    "AWS::Cognito::IdentityPool": ProviderType("aws:cognito/identityPool:IdentityPool"),
    "AWS::ECS::Cluster": ProviderType(
        "aws:ecs/cluster:Cluster", {"ClusterName": "name", "ClusterSettings": "settings"}
    ),
    "AWS::ElasticLoadBalancing::LoadBalancer": ProviderType(
        "aws:elb/loadBalancer:LoadBalancer", {"LoadBalancerName": "name", "AccessLoggingPolicy": "accessLogs"}
    ),
}

# What a template may ask about its surroundings, as it is but in China and for governments.
# An account and a region of which nothing else is known are the resource's own, by the variables that policies have.
SURROUNDINGS: Final = {
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::AccountId": "${aws:ResourceAccount}",
    "AWS::Region": "${aws:RequestedRegion}",
    "AWS::NoValue": None,
}
