"""A DynamoDB table: paid by request, restorable to the second."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.data import DynamoTable


@dataclass(frozen=True, kw_only=True)
class DynamoArgs(Args):
    """The table's row of the stack file and its key."""

    table: DynamoTable
    word: str  #: its key in the stack file
    key: pulumi.Input[str]  #: ARN of the stack's key
    deletion_protection: bool  #: AWS refuses to delete it
    protect: bool  #: Pulumi refuses to delete it


class Dynamo(Component):
    """One DynamoDB table of the stack file.

    Creates the table, encrypted with the stack's key.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: DynamoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.table.name or args.names.of("dynamodb", args.word)
        table = aws.dynamodb.Table(
            self.child("table"),
            name=physical,
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.table.hash,
            attributes=[{"name": args.table.hash, "type": "S"}],
            server_side_encryption={"enabled": True, "kms_key_arn": args.key},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=args.deletion_protection,
            tags=self.named(physical),
            opts=self.owned(protect=args.protect),
        )
        self.name = table.name
        self.arn = table.arn
        self.register_outputs({"name": self.name, "arn": self.arn})
