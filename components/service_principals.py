"""What AWS's services say when they use a permission of ours: the one table that every condition on a service is from.

A condition on a key that the service does not send never holds: the service is locked out, and nobody hears of it.
`docs/service-principals.md` shows the table, and a contract holds every recorded policy and permission against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi

from components.iam import Statement, document, grant

Holder = Literal["bucket", "function", "key", "log", "queue", "role", "topic"]  #: what has the policy

ACCOUNT: Final = "aws:SourceAccount"
ARN: Final = "aws:SourceArn"
ACL: Final = "s3:x-amz-acl"
EXTERNAL_ID: Final = "sts:ExternalId"
OF_LOGS: Final = "kms:EncryptionContext:aws:logs:arn"
OF_TOPIC: Final = "kms:EncryptionContext:aws:sns:topicArn"
FOR_AWS: Final = "kms:GrantIsForAWSResource"
SOURCES: Final = (ACCOUNT, ARN, EXTERNAL_ID, OF_LOGS, OF_TOPIC, FOR_AWS)  #: keys that say for whom a service acts

ASSUME: Final = ("sts:AssumeRole",)
INVOKE: Final = ("lambda:InvokeFunction",)
WRITE_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
PUBLISH: Final = ("sns:Publish",)
TO_PUBLISH: Final = ("kms:Decrypt", "kms:GenerateDataKey*")  #: under the key of an encrypted topic

AWS: Final = "https://docs.aws.amazon.com/"
EVENTBRIDGE: Final = f"{AWS}eventbridge/latest/userguide/"
RDS: Final = f"{AWS}AmazonRDS/latest/UserGuide/"
OF_TOPICS: Final = f"{AWS}sns/latest/dg/sns-key-management.html"


@dataclass(frozen=True, kw_only=True)
class ServiceCall:
    """One use that a service of AWS makes of a policy or permission of ours."""

    service: str  #: its principal without `.amazonaws.com`; {region} stands for the region
    on: Holder
    does: str
    actions: tuple[str, ...]
    sends: tuple[str, ...]  #: the condition keys that AWS documents for it; none where no page names one
    source: str  #: the page of AWS's that says so


CALLS: Final = (
    ServiceCall(
        service="backup",
        on="role",
        does="Backs up, copies and restores the stores",
        actions=ASSUME,
        sends=(),
        source=f"{AWS}aws-backup/latest/devguide/iam-service-roles.html",
    ),
    ServiceCall(
        service="budgets",
        on="topic",
        does="Tells that a budget is used up",
        actions=PUBLISH,
        sends=(ACCOUNT, ARN),
        source=f"{AWS}cost-management/latest/userguide/budgets-sns-policy.html",
    ),
    ServiceCall(
        service="budgets", on="key", does="Encrypts what it tells", actions=TO_PUBLISH,
        sends=(ACCOUNT, ARN, OF_TOPIC), source=f"{AWS}cost-management/latest/userguide/budgets-sns-policy.html",
    ),
    ServiceCall(
        service="chatbot", on="role", does="Acts from a channel in Slack", actions=ASSUME, sends=(),
        source=f"{AWS}chatbot/latest/adminguide/understanding-permissions.html",
    ),
    ServiceCall(
        service="cloudfront", on="bucket", does="Reads a site's files", actions=("s3:GetObject",), sends=(ARN,),
        source=f"{AWS}AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    ),
    ServiceCall(
        service="cloudtrail", on="bucket", does="Delivers the trail", actions=("s3:GetBucketAcl", "s3:PutObject"),
        sends=(ACCOUNT, ARN, ACL),
        source=f"{AWS}awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    ),
    ServiceCall(
        service="cloudtrail", on="key", does="Encrypts the trail", actions=("kms:DescribeKey", "kms:GenerateDataKey*"),
        sends=(ARN, "kms:EncryptionContext:aws:cloudtrail:arn"),
        source=f"{AWS}awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html",
    ),
    ServiceCall(
        service="cloudtrail", on="role", does="Writes the trail to its log group", actions=ASSUME, sends=(),
        source=f"{AWS}awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html",
    ),
    ServiceCall(
        service="cloudwatch", on="topic", does="Tells that an alarm changed", actions=PUBLISH, sends=(ACCOUNT, ARN),
        source=f"{AWS}AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    ),
    ServiceCall(
        service="cloudwatch", on="key", does="Encrypts what it tells", actions=TO_PUBLISH,
        sends=(ACCOUNT, ARN, OF_TOPIC), source=OF_TOPICS,
    ),
    ServiceCall(
        service="codebuild", on="role", does="Tests, builds and scans an image", actions=ASSUME, sends=(),
        source=f"{AWS}codebuild/latest/userguide/setting-up-service-role.html",
    ),
    ServiceCall(
        service="codepipeline", on="role", does="Runs a pipeline's stages", actions=ASSUME, sends=(),
        source=f"{AWS}codepipeline/latest/userguide/pipelines-create-service-role-cli.html",
    ),
    ServiceCall(
        service="config", on="bucket", does="Delivers how resources are configured",
        actions=("s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject"), sends=(ACCOUNT, ACL),
        source=f"{AWS}config/latest/developerguide/s3-bucket-policy.html",
    ),
    ServiceCall(
        service="config", on="role", does="Reads how resources are configured", actions=ASSUME, sends=(ACCOUNT,),
        source=f"{AWS}config/latest/developerguide/iamrole-permissions.html",
    ),
    ServiceCall(
        service="costalerts", on="topic", does="Tells that costs are unusual", actions=PUBLISH, sends=(ACCOUNT,),
        source=f"{AWS}cost-management/latest/userguide/ad-SNS.html",
    ),
    ServiceCall(
        service="costalerts", on="key", does="Encrypts what it tells", actions=TO_PUBLISH, sends=(ACCOUNT, OF_TOPIC),
        source=f"{AWS}cost-management/latest/userguide/ad-SNS.html",
    ),
    ServiceCall(
        service="delivery.logs", on="bucket", does="Delivers CloudFront's logs", actions=("s3:PutObject",),
        sends=(ACCOUNT, ARN, ACL),
        source=f"{AWS}AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html",
    ),
    ServiceCall(
        service="dnssec-route53", on="key", does="Signs the keys of the zone",
        actions=("kms:CreateGrant", "kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"), sends=(ACCOUNT, ARN, FOR_AWS),
        source=f"{AWS}Route53/latest/DeveloperGuide/access-control-managing-permissions.html",
    ),
    ServiceCall(
        service="ec2", on="role", does="Hands a machine its role", actions=ASSUME, sends=(),
        source=f"{AWS}AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
    ),
    ServiceCall(
        service="ecs", on="role", does="Shifts requests to a service's new version, and runs its test", actions=ASSUME,
        sends=(), source=f"{AWS}AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html",
    ),
    ServiceCall(
        service="ecs-tasks", on="role", does="Starts tasks, and hands them their role", actions=ASSUME,
        sends=(ACCOUNT, ARN), source=f"{AWS}AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
    ServiceCall(
        service="events", on="function", does="Runs a rule's function", actions=INVOKE, sends=(ARN,),
        source=f"{EVENTBRIDGE}eb-troubleshooting.html",
    ),
    ServiceCall(
        service="events", on="topic", does="Tells what a rule found", actions=PUBLISH, sends=(),
        source=f"{EVENTBRIDGE}eb-use-resource-based.html",
    ),
    ServiceCall(
        service="events", on="log", does="Hands a rule's events to a log group", actions=WRITE_LOGS, sends=(),
        source=f"{EVENTBRIDGE}eb-use-resource-based.html",
    ),
    ServiceCall(
        service="delivery.logs", on="log", does="Writes a rule's events to a log group", actions=WRITE_LOGS, sends=(),
        source=f"{EVENTBRIDGE}eb-use-resource-based.html",
    ),
    ServiceCall(
        service="events", on="key", does="Encrypts what it tells", actions=TO_PUBLISH, sends=(OF_TOPIC,),
        source=OF_TOPICS,
    ),
    ServiceCall(
        service="events.rds", on="topic", does="Tells a database's events", actions=PUBLISH, sends=(ACCOUNT, ARN),
        source=f"{RDS}USER_Events.GrantingPermissions.html",
    ),
    ServiceCall(
        service="export.rds", on="role", does="Exports snapshots to a bucket", actions=ASSUME, sends=(),
        source=f"{RDS}USER_ExportSnapshot.Setup.html",
    ),
    ServiceCall(
        service="firehose", on="role", does="Delivers a log to its archive", actions=ASSUME, sends=(EXTERNAL_ID,),
        source=f"{AWS}firehose/latest/dev/controlling-access.html",
    ),
    ServiceCall(
        service="lambda", on="role", does="Runs a function", actions=ASSUME, sends=(),
        source=f"{AWS}lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    ServiceCall(
        service="logdelivery.elasticloadbalancing", on="bucket", does="Delivers the load balancer's logs",
        actions=("s3:PutObject",), sends=(ARN,),
        source=f"{AWS}elasticloadbalancing/latest/application/enable-access-logging.html",
    ),
    ServiceCall(
        service="s3", on="role", does="Copies a bucket's objects to another", actions=ASSUME, sends=(),
        source=f"{AWS}AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
    ),
    ServiceCall(
        service="logging.s3", on="bucket", does="Delivers the log of requests to another bucket",
        actions=("s3:PutObject",), sends=(ACCOUNT, ARN),
        source=f"{AWS}AmazonS3/latest/userguide/enable-server-access-logging.html",
    ),
    ServiceCall(
        service="logs", on="role", does="Sends a log to a stream of Firehose", actions=ASSUME, sends=(ACCOUNT, ARN),
        source=f"{AWS}AmazonCloudWatch/latest/logs/Subscriptions-confused-deputy.html",
    ),
    ServiceCall(
        service="logs.{region}", on="key", does="Encrypts log groups",
        actions=("kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
        sends=(OF_LOGS,), source=f"{AWS}AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    ),
    ServiceCall(
        service="monitoring.rds", on="role", does="Writes a database's metrics", actions=ASSUME, sends=(ACCOUNT, ARN),
        source=f"{RDS}USER_Monitoring.OS.Enabling.html",
    ),
    ServiceCall(
        service="secretsmanager", on="function", does="Renews a secret", actions=INVOKE, sends=(ACCOUNT, ARN),
        source=f"{AWS}secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
    ),
    ServiceCall(
        service="sns", on="function", does="Hands a message to a function", actions=INVOKE, sends=(ARN,),
        source=f"{AWS}lambda/latest/dg/permissions-function-services.html",
    ),
    ServiceCall(
        service="vpc-flow-logs", on="role", does="Writes flow logs", actions=ASSUME, sends=(ACCOUNT, ARN),
        source=f"{AWS}vpc/latest/userguide/flow-logs-iam-role.html",
    ),
)  # fmt: skip

_BY_USE: Final = {(call.service, call.on): call for call in CALLS}


def call_of(service: str, on: Holder) -> ServiceCall:
    """The row of a service that uses a policy of this kind; a use that nobody looked up is refused."""
    if (service, on) not in _BY_USE:
        raise ValueError(f"{service} on a {on}: no row says which condition keys it sends")
    return _BY_USE[service, on]


def principal(service: str, region: str = "") -> str:
    """The name under which a service calls."""
    return f"{service.format(region=region)}.amazonaws.com"


def conditions(
    service: str, on: Holder, says: Mapping[str, pulumi.Input[str]]
) -> dict[str, dict[str, pulumi.Input[str]]]:
    """The condition under which a service is let in, from the values that it has to send.

    A key that it does not send is refused, and so is silence where it could say for whom it acts.
    """
    sends = call_of(service, on).sends
    if unsent := [key for key in says if key not in sends]:
        raise ValueError(f"{service} on a {on} does not send {', '.join(unsent)}, so that it would be locked out")
    if any(key in SOURCES for key in sends) and not any(key in SOURCES for key in says):
        raise ValueError(f"{service} on a {on} says for whom it acts: ask for it")
    found: dict[str, dict[str, pulumi.Input[str]]] = {}
    for key, value in says.items():
        pattern = isinstance(value, str) and "*" in value
        operator = "Bool" if key == FOR_AWS else "ArnLike" if pattern else "StringEquals"
        found.setdefault(operator, {})[key] = value
    return found


def grant_to(
    service: str,
    on: Holder,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    says: Mapping[str, pulumi.Input[str]],
    sid: str,
    region: str = "",
) -> Statement:
    """A statement of a resource's policy: a service may do this, while it says so."""
    named: dict[str, Any] = {"Service": principal(service, region)}
    return grant(named, actions, resources, condition=conditions(service, on, says), sid=sid)


def trust(service: str, account: str) -> str:
    """Who may assume a role: one service, and only when it acts for this account, where it says so (the confused
    deputy). Where it does not, nobody but this account can have handed the role to it (iam:PassRole).
    """
    sends = call_of(service, "role").sends
    says = {key: account for key in (EXTERNAL_ID, ACCOUNT) if key in sends}
    statement: Statement = {"Effect": "Allow", "Principal": {"Service": principal(service)}, "Action": ASSUME[0]}
    if condition := conditions(service, "role", says):
        statement["Condition"] = condition
    return document(statement)
