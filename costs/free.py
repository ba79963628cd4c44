"""The types that AWS bills in no way of their own."""

from fnmatch import fnmatchcase
from functools import cache
from typing import Final

#: Types without a price of their own; what runs through some of them is billed elsewhere. `*` is any text.
FREE: Final = (
    "acm.*", "appautoscaling.*", "budgets.*", "chatbot.*", "codeconnections.*", "costexplorer.*",
    "iam.*", "resourcegroups.*",
    "backup.Selection", "backup.Vault", "backup.VaultLockConfiguration", "backup.VaultNotifications",
    "backup.VaultPolicy",
    "cfg.DeliveryChannel", "cfg.RecorderStatus",
    "cloudfront.*Policy", "cloudfront.OriginAccessControl",
    "cloudwatch.AlarmMuteRule", "cloudwatch.EventPermission", "cloudwatch.EventRule", "cloudwatch.EventTarget",
    "cloudwatch.LogResourcePolicy", "cloudwatch.QueryDefinition",
    "cloudwatch.LogStream", "cloudwatch.LogSubscriptionFilter", "cloudwatch.LogDelivery*",
    "dynamodb.ResourcePolicy", "ebs.DefaultKmsKey", "ebs.EncryptionByDefault",
    "ec2clientvpn.AuthorizationRule", "ec2clientvpn.Endpoint", "ec2clientvpn.Route",
    "ec2.Default*", "ec2.EipAssociation", "ec2.MainRouteTableAssociation", "ec2.NetworkAcl*", "ec2.Route*",
    "ec2.SecurityGroup*", "ec2.Subnet", "ec2.Vpc", "ec2.VpcDhcp*", "ec2.VpcEndpoint?*",
    "ecr.LifecyclePolicy", "ecr.RegistryPolicy", "ecr.RegistryScanningConfiguration", "ecr.RepositoryPolicy",
    "efs.AccessPoint", "efs.BackupPolicy", "efs.FileSystemPolicy", "efs.MountTarget",
    "ecs.ClusterCapacityProviders", "ecs.TaskDefinition", "elasticache.ParameterGroup", "elasticache.SubnetGroup",
    "elasticache.User", "elasticache.UserGroup",
    "kms.Alias", "kms.Grant", "kms.KeyPolicy", "lambda.FunctionEventInvokeConfig", "lambda.EventSourceMapping",
    "lambda.Permission", "lb.Listener*", "lb.TargetGroup*", "rds.ParameterGroup", "rds.SubnetGroup",
    "rds.OptionGroup", "rds.EventSubscription",
    "route53.HostedZoneDnsSec", "route53.KeySigningKey", "route53.Record",
    "s3.Bucket?*", "s3.AccountPublicAccessBlock", "s3control.*",
    "secretsmanager.SecretPolicy", "secretsmanager.SecretRotation", "secretsmanager.SecretVersion",
    "securityhub.FindingAggregator", "securityhub.Standards*", "securityhub.Product*", "sns.TopicPolicy",
    "sns.TopicSubscription", "sqs.QueuePolicy",
    "sqs.Redrive*", "vpc.SecurityGroup*", "wafv2.IpSet", "wafv2.WebAclAssociation", "wafv2.WebAclLoggingConfiguration",
)  # fmt: skip


@cache
def free(kind: str) -> bool:
    """Whether a type is billed in no way of its own."""
    return any(fnmatchcase(kind, pattern) for pattern in FREE)
