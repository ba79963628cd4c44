"""The trail: every call to AWS in the account, in a bucket where nobody can change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement, allow, document
from components.log_group import log_group
from components.service_principals import ACL, ARN, grant_to
from components.service_role import role_policy, service_role
from settings.names import Names
from settings.tables.detection import TrailTable


@dataclass(frozen=True, kw_only=True)
class TrailArgs(Args):
    """The trail's table, its bucket, the buckets whose objects it watches, and the key."""

    table: TrailTable
    bucket: NamedBucket
    watched: Sequence[str]  #: names of buckets
    after: Sequence[pulumi.Resource] = ()  #: the watched buckets, where this stack makes them
    key: pulumi.Input[str]  #: ARN of the stack's key, whose policy lets CloudTrail encrypt
    deletion_protection: bool  #: of the log group, where it is kept for a year or longer


class Trail(Component):
    """Every management event of every region, and what happens to the objects of the buckets that the table names.

    Creates the log group, the role that lets CloudTrail write to it and to nothing else, and the trail, encrypted with
    the key and signed.
    """

    arn: pulumi.Output[str]
    log_group: pulumi.Output[str]  #: name of the log group

    def __init__(self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("trail")
        group = self._group(args)
        role, policy = self._writer(args, group)
        trail = aws.cloudtrail.Trail(
            self.child("trail"),
            name=physical,
            s3_bucket_name=args.bucket.resource.bucket,
            kms_key_id=args.key,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            advanced_event_selectors=[*_selectors(args)],
            cloud_watch_logs_group_arn=pulumi.Output.concat(group.arn, ":*"),
            cloud_watch_logs_role_arn=role.arn,
            tags=self.named(physical),
            # CloudTrail tries all of these before it makes the trail.
            opts=self.owned(depends_on=[args.bucket.policy, group, policy, *args.after]),
        )
        self.arn, self.log_group = trail.arn, group.name
        self.register_outputs({"arn": self.arn, "log_group": self.log_group})

    def _group(self, args: TrailArgs) -> aws.cloudwatch.LogGroup:
        physical = _group_name(args)
        return log_group(
            self,
            "group",
            physical,
            days=args.table.log_days,
            key=args.key,
            deletion_protection=args.deletion_protection,
        )

    def _writer(self, args: TrailArgs, group: aws.cloudwatch.LogGroup) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        physical = args.names.of("role", "cloudtrail")
        role = service_role(self, "role", physical, "cloudtrail", args.facts, "Lets CloudTrail write to its log group")
        facts = args.facts
        # CloudTrail names its streams itself.
        streams = f"{facts.log_group(_group_name(args))}:log-stream:{facts.account}_CloudTrail_*"
        writes = document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [streams]))
        return role, role_policy(self, "write", role, physical, writes, [group])


def _group_name(args: TrailArgs) -> str:
    return args.names.of("log", "cloudtrail")


def _selectors(args: TrailArgs) -> list[Any]:
    """All management events, and all that happens to the objects of the watched buckets."""
    management: list[dict[str, Any]] = [{"field": "eventCategory", "equals": ["Management"]}]
    selectors: list[dict[str, Any]] = [{"name": "Management", "field_selectors": management}]
    if args.watched:
        objects = sorted(f"{args.facts.bucket(name)}/" for name in args.watched)
        selectors.append(
            {
                "name": "Objects",
                "field_selectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                    {"field": "resources.ARN", "starts_withs": objects},
                ],
            }
        )
    return selectors


def trail_deliveries(names: Names, facts: Facts, bucket: str) -> list[Statement]:
    """What the policy of the trail's bucket grants: this one trail may ask whose it is, and put its files there."""
    mine = {ARN: facts.trail(names.of("trail"))}
    return [
        grant_to("cloudtrail", "bucket", ["s3:GetBucketAcl"], [bucket], says=mine, sid="TrailAsksForOwner"),
        grant_to(
            "cloudtrail",
            "bucket",
            ["s3:PutObject"],
            [f"{bucket}/AWSLogs/{facts.account}/*"],
            says={**mine, ACL: "bucket-owner-full-control"},
            sid="TrailDelivers",
        ),
    ]


def trail_encrypts(names: Names, facts: Facts) -> Statement:
    """What the key's policy grants the trail. By the trail's ARN and not by the encryption context: for a bucket that
    keeps a data key of its own, S3 makes the context."""
    return grant_to(
        "cloudtrail",
        "key",
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        ["*"],
        says={ARN: facts.trail(names.of("trail"))},
        sid="Trail",
    )
