"""Copies of the automated backups of a database in another region."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class CopiedBackupsArgs(Args):
    """Whose backups are copied here, for how long, and what encrypts them."""

    source: str  #: ARN of the database
    days: int  #: to which it can be restored here, to the second
    key: pulumi.Input[str]  #: ARN of a key of this region


class CopiedBackups(Component):
    """What a database of another region is restored from, if that region is lost.

    Creates the replication of its snapshots and transaction logs into this region, which therefore owns it.
    """

    arn: pulumi.Output[str]  #: of the copies

    def __init__(self, name: str, args: CopiedBackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        copies = aws.rds.InstanceAutomatedBackupsReplication(
            self.child("copies"),
            source_db_instance_arn=args.source,
            retention_period=args.days,
            kms_key_id=args.key,
            # To delete it the provider asks the database's own region (in its source,
            # waitDBInstanceAutomatedBackupDeleted), for an hour if that is lost; and the copies are wanted then.
            opts=self.owned(retain_on_delete=True),
        )
        self.arn = copies.id
        self.register_outputs({"arn": self.arn})
