"""The most important properties of each type, which the full tree shows beside a resource's name."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from preview.wire import Object

#: By kind, the paths of its properties, in the order in which they are shown.
DECIDING: Final[Mapping[str, tuple[str, ...]]] = {
    "acm.Certificate": ("domainName",),
    "apigatewayv2.Api": ("protocolType",),
    "appautoscaling.Target": ("minCapacity", "maxCapacity"),
    "appautoscaling.Policy": (
        "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
        "targetTrackingScalingPolicyConfiguration.targetValue",
        "policyType",
    ),
    "backup.VaultLockConfiguration": ("minRetentionDays", "maxRetentionDays"),
    "budgets.Budget": ("limitAmount", "limitUnit", "timeUnit"),
    "cloudfront.Distribution": ("aliases", "priceClass"),
    "cloudwatch.EventRule": ("scheduleExpression",),
    "cloudwatch.LogGroup": ("retentionInDays", "logGroupClass"),
    "cloudwatch.MetricAlarm": ("metricName", "comparisonOperator", "threshold", "period", "evaluationPeriods"),
    "dynamodb.Table": ("billingMode", "hashKey", "rangeKey", "deletionProtectionEnabled"),
    "ec2.FlowLog": ("trafficType", "logDestinationType"),
    "ec2.Instance": ("instanceType",),
    "ec2.NetworkAclRule": ("ruleNumber", "egress", "ruleAction", "protocol", "fromPort", "toPort", "cidrBlock"),
    "ec2.Route": ("destinationCidrBlock",),
    "ec2.Subnet": ("cidrBlock", "availabilityZone"),
    "ec2.Vpc": ("cidrBlock",),
    "ec2.VpcEndpoint": ("serviceName", "vpcEndpointType"),
    "ecr.Repository": ("imageTagMutability",),
    "ecs.Service": ("desiredCount", "launchType", "deploymentMinimumHealthyPercent", "deploymentMaximumPercent"),
    "ecs.TaskDefinition": ("cpu", "memory", "runtimePlatform.cpuArchitecture"),
    "efs.FileSystem": ("throughputMode", "performanceMode"),
    "elasticache.ReplicationGroup": (
        "nodeType",
        "engine",
        "engineVersion",
        "numCacheClusters",
        "numNodeGroups",
        "replicasPerNodeGroup",
        "multiAzEnabled",
        "snapshotRetentionLimit",
    ),
    "iam.RolePolicyAttachment": ("policyArn",),
    "kms.Key": ("enableKeyRotation", "deletionWindowInDays"),
    "lambda.Function": ("runtime", "memorySize", "timeout", "architectures"),
    "lb.Listener": ("protocol", "port", "sslPolicy"),
    "lb.LoadBalancer": ("loadBalancerType", "internal", "enableDeletionProtection"),
    "lb.TargetGroup": ("protocol", "port", "targetType", "healthCheck.path"),
    "rds.Instance": (
        "instanceClass",
        "engine",
        "engineVersion",
        "multiAz",
        "allocatedStorage",
        "maxAllocatedStorage",
        "backupRetentionPeriod",
        "deletionProtection",
    ),
    "route53.Record": ("name", "type"),
    "route53.Zone": ("name",),
    "s3.Bucket": ("bucket", "forceDestroy"),
    "s3.BucketVersioning": ("versioningConfiguration.status",),
    "secretsmanager.Secret": ("name", "recoveryWindowInDays"),
    "secretsmanager.SecretRotation": ("rotationRules.automaticallyAfterDays", "rotationRules.scheduleExpression"),
    "sns.TopicSubscription": ("protocol",),
    "sqs.Queue": ("fifoQueue", "messageRetentionSeconds", "visibilityTimeoutSeconds"),
    "vpc.SecurityGroupEgressRule": ("ipProtocol", "fromPort", "toPort", "cidrIpv4"),
    "vpc.SecurityGroupIngressRule": ("ipProtocol", "fromPort", "toPort", "cidrIpv4"),
    "wafv2.WebAcl": ("scope",),
}


def deciding(resource: Object) -> str:
    """Those that a resource has, as `instanceClass db.t3.medium, multiAz true`; empty for a kind without any."""
    return ", ".join(f"{path.rpartition('.')[2]} {value}" for path, value in _found(resource))


def _found(resource: Object) -> Iterator[tuple[str, str]]:
    for path in DECIDING.get(resource["kind"], ()):
        value: Any = resource["properties"]
        for step in path.split("."):
            value = cast(Object, value).get(step) if isinstance(value, dict) else None
        if value is not None:
            yield path, _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "+".join(map(str, cast(list[Any], value))) if isinstance(value, list) else str(value)
