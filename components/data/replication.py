"""Replication: every object of a bucket, copied to a bucket of another region."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement, allow, deferred, document
from components.service_role import role_policy, service_role
from settings.tables.buckets import ReplicaTable

RULE: Final = "all"  #: id of the one rule, which its metrics are told apart by


@dataclass(frozen=True, kw_only=True)
class ReplicationArgs(Args):
    """The bucket, and where its copies go."""

    table: ReplicaTable
    word: str  #: the bucket's key in the stack file
    bucket: NamedBucket
    key: pulumi.Input[str]  #: ARN of the stack's key


class Replication(Component):
    """Copies of a bucket's objects, deletions among them, under a key of the other region.

    Creates the rule, with metrics, and the role that S3 copies with: it reads the one bucket and writes to the other.
    Neither that bucket nor its key is looked up: both are named, so that the other region may be out of reach.
    """

    source: str  #: names of the buckets
    destination: str
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.source, self.destination = args.bucket.name, args.table.bucket
        physical = args.names.of("role", args.word, "s3-replication")
        role = service_role(
            self, "role", physical, "s3", args.facts, f"Lets S3 copy the objects of {self.source} to {self.destination}"
        )
        objects = document(*_objects(args.bucket.arn, args.facts.bucket(self.destination)))
        policies = [
            role_policy(self, "objects", role, physical, objects, [args.bucket.component]),
            role_policy(self, "keys", role, physical, deferred(*_keys(args)), [args.bucket.component]),
        ]
        self._copy(args, role, policies)
        self.role_arn = role.arn
        self.register_outputs({"source": self.source, "destination": self.destination, "role_arn": self.role_arn})

    def _copy(self, args: ReplicationArgs, role: aws.iam.Role, policies: list[aws.iam.RolePolicy]) -> None:
        aws.s3.BucketReplicationConfig(
            self.child("rule"),
            bucket=args.bucket.resource.id,
            role=role.arn,
            rules=[
                {
                    "id": RULE,
                    "status": "Enabled",
                    "priority": 1,
                    "filter": {"prefix": ""},
                    "delete_marker_replication": {"status": "Enabled"},
                    # Without it S3 passes over what a key encrypts, silently.
                    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                    "destination": {
                        "bucket": args.facts.bucket(self.destination),
                        "encryption_configuration": {"replica_kms_key_id": args.table.key},
                        "metrics": {"status": "Enabled"},
                    },
                }
            ],
            # S3 takes no rule before the bucket has versions, and tries the role at once.
            opts=self.owned(depends_on=[args.bucket.component, *policies]),
        )


def _objects(source: str, destination: str) -> list[Statement]:
    """What S3 documents for the role (its guide, setting up permissions for live replication)."""
    read = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
    return [
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [source]),
        allow(read, [f"{source}/*"]),
        allow(["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], [f"{destination}/*"]),
    ]


def _keys(args: ReplicationArgs) -> list[Statement]:
    """Decrypt here and encrypt there, for S3 and for these two buckets (its guide, replicating encrypted objects).

    IAM takes no alias for a key: where the stack file names one, whatever key has it is meant.
    """
    there, alias = args.facts.at(args.table.region), args.table.alias
    key = there.key("*") if alias else args.table.key
    named = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}} if alias else {}
    return [
        allow(["kms:Decrypt"], [args.key], condition=_of(args.facts, args.bucket.arn)),
        allow(["kms:Encrypt"], [key], condition={**_of(there, there.bucket(args.table.bucket)), **named}),
    ]


def _of(facts: Facts, bucket: str) -> dict[str, dict[str, object]]:
    """For S3 of a region, and for what is in a bucket: an object's own data key, or the one of the bucket."""
    return {
        "StringEquals": {"kms:ViaService": f"s3.{facts.region}.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket, f"{bucket}/*"]},
    }
