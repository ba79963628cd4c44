"""Snapshot export: how a database's snapshots reach the backups bucket (docs/runbooks/database-operations.md)."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedBucket
from components.iam import allow, deferred, document
from components.service_role import service_role


@dataclass(frozen=True, kw_only=True)
class SnapshotExportArgs(Args):
    """The bucket that takes the exports, and the key that encrypts them."""

    bucket: NamedBucket
    key: pulumi.Input[str]  #: ARN of the stack's key


class SnapshotExport(Component):
    """What `aws rds start-export-task` needs.

    Creates the role that RDS assumes to write to the one bucket under the one key.
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SnapshotExportArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("role", "rds-export")
        bucket = args.bucket.arn
        role = service_role(
            self, "role", physical, "export.rds", args.facts, "Lets RDS export snapshots to the backups bucket"
        )
        aws.iam.RolePolicy(
            self.child("bucket"),
            name=f"{physical}-bucket",
            role=role.name,
            policy=document(
                allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucket]),
                allow(["s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*"], [f"{bucket}/*"]),
            ),
            opts=self.owned(depends_on=[args.bucket.component]),
        )
        use = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"]
        aws.iam.RolePolicy(
            self.child("key"),
            name=f"{physical}-key",
            role=role.name,
            policy=deferred(
                allow([f"kms:{action}" for action in use], [args.key]),
                allow(["kms:CreateGrant"], [args.key], condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
            ),
            opts=self.owned(),
        )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})
