"""Snapshot export: how a database's snapshots reach the backups bucket (docs/runbooks/database-operations.md)."""

from dataclasses import dataclass

import pulumi

from components.component import Args, Component
from components.handles import NamedBucket
from components.iam import allow, deferred, document
from components.service_role import role_policy, service_role


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
        objects = document(
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucket]),
            allow(["s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*"], [f"{bucket}/*"]),
        )
        role_policy(self, "bucket", role, physical, objects, [args.bucket.component])
        actions = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"]
        use = deferred(
            allow([f"kms:{action}" for action in actions], [args.key]),
            allow(["kms:CreateGrant"], [args.key], condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        )
        role_policy(self, "key", role, physical, use)
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})
