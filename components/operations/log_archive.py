"""The archive of a log: what the log group forgets is kept in a bucket."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedBucket
from components.iam import allow, deferred, document
from components.log_group import log_group
from components.service_role import service_role

FAILURES: Final = "deliveries"  #: the log stream


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs(Args):
    """A service's log, and the bucket that keeps it."""

    service: str  #: its key in the stack file
    group: pulumi.Input[str]  #: name of its log group
    days: int  #: that is said of failed deliveries
    bucket: NamedBucket
    key: pulumi.Input[str]  #: ARN of the stack's key


class LogArchive(Component):
    """Everything that a service logs, in a bucket, for as long as that keeps it; the bucket moves it to Glacier.

    Creates the stream that collects the lines and delivers them every few minutes, encrypted all along, with its log
    and its role; and the subscription of the log group, with the role that CloudWatch Logs has for it. Each object is
    gzip, as CloudWatch Logs sends it.
    """

    stream: str  #: physical

    def __init__(self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self.stream = args.names.of("firehose", args.service)
        self._log = f"/firehose{args.names.of('log', args.service)}"
        stream = self._stream()
        self._subscribe(stream)
        self.register_outputs({"stream": self.stream})

    def _stream(self) -> aws.kinesis.FirehoseDeliveryStream:
        args = self._args
        prefix, failed = self._prefixes()
        failures = self._failures()
        role, permissions = self._writer()
        return aws.kinesis.FirehoseDeliveryStream(
            self.child("stream"),
            name=self.stream,
            destination="extended_s3",
            server_side_encryption={"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": args.key},
            extended_s3_configuration={
                "bucket_arn": args.bucket.resource.arn,
                "role_arn": role.arn,
                "kms_key_arn": args.key,
                "prefix": f"{prefix}/",  # followed by year, month, day and hour
                "error_output_prefix": f"{failed}/",
                "file_extension": ".json.gz",
                "compression_format": "UNCOMPRESSED",  # it is compressed already
                "buffering_interval": 300,
                "buffering_size": 64,
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": failures.log_group_name,
                    "log_stream_name": failures.name,
                },
            },
            tags=self.named(self.stream),
            opts=self.owned(depends_on=permissions),
        )

    def _prefixes(self) -> tuple[str, str]:
        """Where in the bucket the lines are, and those that could not be delivered there."""
        return f"archive/{self._args.service}", f"archive-failed/{self._args.service}"

    def _failures(self) -> aws.cloudwatch.LogStream:
        """The log of deliveries that failed."""
        log = log_group(self, "log", self._log, days=self._args.days, key=self._args.key)
        return aws.cloudwatch.LogStream(
            self.child("failures"), name=FAILURES, log_group_name=log.name, opts=self.owned()
        )

    def _writer(self) -> tuple[aws.iam.Role, list[aws.iam.RolePolicy]]:
        """Who delivers, and the permission to do so."""
        args, bucket = self._args, self._args.bucket.arn
        role = self._role("delivery", "firehose")
        known = document(
            allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [bucket]),
            allow(
                ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                [f"{bucket}/{prefix}/*" for prefix in self._prefixes()],
            ),
            allow(["logs:PutLogEvents"], [f"{args.facts.log_group(self._log)}:log-stream:{FAILURES}"]),
        )
        use = deferred(allow(["kms:Decrypt", "kms:GenerateDataKey"], [args.key]))
        return role, [
            self._policy(role, "delivery-write", known, [args.bucket.component]),
            self._policy(role, "delivery-key", use, []),
        ]

    def _subscribe(self, stream: aws.kinesis.FirehoseDeliveryStream) -> None:
        args = self._args
        role = self._role("subscription", "logs")
        send = document(
            allow(["firehose:PutRecord", "firehose:PutRecordBatch"], [args.facts.delivery_stream(self.stream)])
        )
        permission = self._policy(role, "subscription-send", send, [stream])
        aws.cloudwatch.LogSubscriptionFilter(
            self.child("subscription"),
            name=args.names.of("filter", args.service, "archive"),
            log_group=args.group,
            filter_pattern="",  # every line
            destination_arn=stream.arn,
            role_arn=role.arn,
            # CloudWatch Logs sends a line to try it.
            opts=self.owned(depends_on=[permission]),
        )

    def _role(self, word: str, service: str) -> aws.iam.Role:
        physical = self._args.names.of("role", self._args.service, f"log-{word}")
        return service_role(
            self,
            f"role-{word}",
            physical,
            service,
            self._args.facts,
            f"Brings the log of {self._args.service} into its archive",
        )

    def _policy(
        self, role: aws.iam.Role, word: str, text: pulumi.Input[str], after: list[pulumi.Resource]
    ) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            self.child(word),
            name=self._args.names.of("policy", self._args.service, f"log-{word}"),
            role=role.name,
            policy=text,
            opts=self.owned(depends_on=after),
        )
