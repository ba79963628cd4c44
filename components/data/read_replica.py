"""A read replica of the database, in the same region."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.data.instances import insights, log_groups
from settings.posture import Posture
from settings.tables.data import DatabaseTable


@dataclass(frozen=True, kw_only=True)
class ReadReplicaArgs(Args):
    """The replica's row, and what it takes from its source."""

    table: DatabaseTable  #: of the source
    word: str  #: the replica's key in the stack file
    source: pulumi.Input[str]  #: the identifier of the source: in one region RDS takes no ARN
    parameters: pulumi.Input[str]  #: name of the source's parameter group, which forces TLS
    monitoring: pulumi.Input[str]  #: ARN of the role that writes enhanced-monitoring records
    group: pulumi.Input[str]  #: id of the source's security group
    key: pulumi.Input[str]  #: ARN of the stack's key
    posture: Posture


class ReadReplica(Component):
    """A copy of the database that answers reads, a moment behind.

    Creates an instance, and a log group for each exported log. Its engine, users, data, disk, subnets and key are the
    source's, and AWS takes no others. It has no backups of its own, and no last snapshot, which AWS refuses to make.
    """

    name: str  #: physical
    instance_id: pulumi.Output[str]
    host: pulumi.Output[str]
    endpoint: pulumi.Output[str]  #: host:port

    def __init__(self, name: str, args: ReadReplicaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        table, self.name = args.table, args.names.of("replica", args.word)
        instance = aws.rds.Instance(
            self.child("instance"),
            identifier=self.name,
            replicate_source_db=args.source,
            instance_class=table.class_of(args.word),
            max_allocated_storage=table.storage.max,
            # The key is the source's: to name it would make RDS look for the source in another region. But unless this
            # says that there is one, the provider would replace the instance.
            storage_encrypted=True,
            auto_minor_version_upgrade=table.minor_upgrades,
            port=table.listens,
            vpc_security_group_ids=[args.group],
            publicly_accessible=False,
            parameter_group_name=args.parameters,
            iam_database_authentication_enabled=table.logins or None,
            maintenance_window=table.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=table.deletion_protection or args.posture.deletion_protection,
            skip_final_snapshot=True,
            **insights(table, args.key),
            monitoring_role_arn=args.monitoring,
            enabled_cloudwatch_logs_exports=list(table.exported),
            tags=self.named(self.name),
            # Without a log's group RDS makes one of its own, unencrypted and kept for ever.
            opts=self.owned(protect=args.posture.protect, depends_on=log_groups(self, table, self.name, args.key)),
        )
        self.instance_id, self.host, self.endpoint = instance.identifier, instance.address, instance.endpoint
        self.register_outputs(
            {"name": self.name, "instance_id": self.instance_id, "host": self.host, "endpoint": self.endpoint}
        )
