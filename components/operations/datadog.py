"""What Datadog may read."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.iam import allow, document
from components.service_principals import EXTERNAL_ID
from components.service_role import role_policy
from settings.tables.datadog import DatadogTable

#: Findings, and how everything is set (Datadog's template of the role attaches it for security, too).
AUDIT: Final = "arn:aws:iam::aws:policy/SecurityAudit"
#: Of the actions in Datadog's template (DataDog/cloudformation-template, aws/datadog_integration_role.yaml) those that
#: read what a stack may have. Those that change something (subscriptions, notifications, buses) are left out.
READ: Final = (
    *("autoscaling:Describe*", "backup:List*", "budgets:ViewBudget"),
    *("cloudfront:GetDistributionConfig", "cloudfront:ListDistributions"),
    *("cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:LookupEvents"),
    *("cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"),
    *("dynamodb:DescribeTable", "dynamodb:ListTables", "dynamodb:ListTagsOfResource"),
    *("ec2:Describe*", "ecs:Describe*", "ecs:List*", "elasticache:Describe*", "elasticache:List*"),
    *("elasticfilesystem:DescribeAccessPoints", "elasticfilesystem:DescribeFileSystems"),
    *("elasticloadbalancing:Describe*", "health:DescribeAffectedEntities", "health:DescribeEventDetails"),
    *("health:DescribeEvents", "iam:ListAccountAliases", "lambda:List*"),
    *("logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:DescribeSubscriptionFilters"),
    *("rds:Describe*", "rds:List*", "route53:List*"),
    *("s3:GetBucketLocation", "s3:GetBucketLogging", "s3:GetBucketNotification", "s3:GetBucketTagging"),
    *("s3:ListAllMyBuckets", "sns:List*", "sqs:ListQueues"),
    *("tag:GetResources", "tag:GetTagKeys", "tag:GetTagValues"),
    *("wafv2:ListLoggingConfigurations", "xray:BatchGetTraces", "xray:GetTraceSummaries"),
)


@dataclass(frozen=True, kw_only=True)
class DatadogArgs(Args):
    """Whom to trust."""

    table: DatadogTable


class Datadog(Component):
    """The role by which Datadog's integration reads the account, and nothing else.

    Creates the role, which Datadog's account may assume for one customer alone, and what it may read.
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DatadogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("role", "datadog")
        role = aws.iam.Role(
            self.child("role"),
            name=physical,
            description="Datadog reads metrics, settings and findings",
            assume_role_policy=document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{args.table.account}:root"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {EXTERNAL_ID: args.table.external_id}},
                }
            ),
            tags=self.named(physical),
            opts=self.owned(),
        )
        reads = document(allow(READ, ["*"]))  # it reads whatever there is, and most of these know no resource
        role_policy(self, "read", role, physical, reads)
        aws.iam.RolePolicyAttachment(self.child("audit"), role=role.name, policy_arn=AUDIT, opts=self.owned())
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})
