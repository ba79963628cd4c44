"""A bucket: encrypted, never public, reached by TLS only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement, deferred, document, grant
from components.service_principals import ACCOUNT, ARN, grant_to
from settings.tables.buckets import BucketTable, KeptTable


@dataclass(frozen=True, kw_only=True)
class BucketArgs(Args):
    """The bucket's row of the stack file, its key, and who else may use it."""

    table: BucketTable
    word: str  #: its key in the stack file
    key: pulumi.Input[str]  #: ARN of the stack's key
    statements: Sequence[Statement] = ()  #: grants beside the refusal of plain HTTP
    only: Sequence[str] = ()  #: ARNs of the roles that alone may touch the objects; none: whoever a policy lets
    after: Sequence[pulumi.Resource] = ()  #: those roles
    log_to: NamedBucket | None = None  #: what takes the log of requests
    tells: bool = False  #: S3 tells EventBridge of its objects
    closed: bool = True  #: else its policy waits for `close`, since who reads it is not built yet
    force_destroy: bool  #: it goes with what is in it
    protect: bool  #: Pulumi refuses to delete it


class Bucket(Component):
    """One bucket of the stack file.

    Creates the bucket, its ownership (no ACLs), public access block, encryption and policy; versioning, a lock,
    CORS and the log of requests where the row says so, and its events where a function follows them.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    policy: aws.s3.BucketPolicy  #: whoever delivers to the bucket depends on it; there once the bucket is closed

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args, physical = args, bucket_name(args)
        self._bucket = aws.s3.Bucket(
            self.child("bucket"),
            bucket=physical,
            force_destroy=args.force_destroy,
            object_lock_enabled=True if args.table.lock else None,
            tags={**self.named(physical), **args.table.tags},
            # S3 tries at once whether it may write where the log goes.
            opts=self.owned(protect=args.protect, depends_on=[args.log_to.policy] if args.log_to else None),
        )
        aws.s3.BucketOwnershipControls(
            self.child("ownership"),
            bucket=self._bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self.owned(),
        )
        self._block = aws.s3.BucketPublicAccessBlock(
            self.child("private"),
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.owned(),
        )
        self._encrypt(args)
        self._keep(args.table)
        self._share(args)
        if args.closed:
            self.close()
        self.name = self._bucket.bucket
        self.arn = self._bucket.arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    def close(self, *readers: Statement) -> None:
        """Write the bucket's policy, once: with readers that came after the bucket, whose ARNs are unknown yet."""
        refusals = _refusals(self._args.facts.bucket(bucket_name(self._args)), self._args.only)
        written = deferred if readers else document
        self.policy = aws.s3.BucketPolicy(
            self.child("policy"),
            bucket=self._bucket.id,
            policy=written(*refusals, *self._args.statements, *readers),
            # S3 refuses two changes of a bucket's access at once.
            opts=self.owned(depends_on=[self._block, *self._args.after]),
        )

    @property
    def domain_name(self) -> pulumi.Output[str]:
        """Where S3 answers for it, in its region."""
        return self._bucket.bucket_regional_domain_name

    @property
    def closed(self) -> bool:
        """Whether its policy is there."""
        return "policy" in vars(self)

    @property
    def handle(self) -> NamedBucket:
        """What others hold of it."""
        name = bucket_name(self._args)
        return NamedBucket(
            name=name,
            arn=self._args.facts.bucket(name),
            resource=self._bucket,
            policy=self.policy,
            component=self,
        )

    def _encrypt(self, args: BucketArgs) -> None:
        by_key = args.table.encryption == "key"
        default: Any = {"sse_algorithm": "AES256"}
        if by_key:
            default = {"sse_algorithm": "aws:kms", "kms_master_key_id": args.key}
        aws.s3.BucketServerSideEncryptionConfiguration(
            self.child("encryption"),
            bucket=self._bucket.id,
            # A bucket's key is one data key for many objects: a hundredth of the calls to KMS.
            rules=[{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": by_key}],
            opts=self.owned(),
        )

    def _share(self, args: BucketArgs) -> None:
        """Tell EventBridge what comes and goes, let pages of other origins in, and log requests to another bucket."""
        if args.tells:
            aws.s3.BucketNotification(self.child("events"), bucket=self._bucket.id, eventbridge=True, opts=self.owned())
        if args.table.cors:
            aws.s3.BucketCorsConfiguration(
                self.child("cors"),
                bucket=self._bucket.id,
                cors_rules=[
                    {
                        "allowed_origins": list(args.table.cors.origins),
                        "allowed_methods": list(args.table.cors.methods),
                    }
                ],
                opts=self.owned(),
            )
        if args.log_to:
            aws.s3.BucketLogging(
                self.child("log"),
                bucket=self._bucket.id,
                target_bucket=args.log_to.resource.id,
                target_prefix=access_logs(args.word),
                opts=self.owned(),
            )

    def _keep(self, table: BucketTable) -> None:
        versioning: list[pulumi.Resource] = []
        if table.versioned:
            versioning = [
                aws.s3.BucketVersioning(
                    self.child("versions"),
                    bucket=self._bucket.id,
                    versioning_configuration={"status": "Enabled"},
                    opts=self.owned(),
                )
            ]
        if table.lock:
            aws.s3.BucketObjectLockConfiguration(
                self.child("lock"),
                bucket=self._bucket.id,
                rule={"default_retention": {"mode": table.lock.mode.upper(), "days": table.lock.days}},
                opts=self.owned(depends_on=versioning),
            )
        aws.s3.BucketLifecycleConfiguration(
            self.child("lifecycle"),
            bucket=self._bucket.id,
            rules=[
                _lifecycle("objects", "", table) | _lifecycle_of_versions(table),
                *(
                    _lifecycle(prefix.strip("/").replace("/", "-"), prefix, row)
                    for prefix, row in table.prefixes.items()
                ),
            ],
            opts=self.owned(depends_on=versioning),
        )


def bucket_name(args: BucketArgs) -> str:
    """The bucket's physical name: the row's own, or the pattern's."""
    return args.table.name or args.names.of("bucket", args.word)


def _lifecycle(word: str, prefix: str, table: BucketTable | KeptTable) -> Any:
    """What happens to objects whose keys begin with a prefix, by the days since they were written."""
    tiering = isinstance(table, BucketTable) and table.tiering
    transitions = [*([{"days": 0, "storage_class": "INTELLIGENT_TIERING"}] if tiering else []), *_moves(table, "days")]
    rule: dict[str, Any] = {"id": word, "status": "Enabled", "filter": {"prefix": prefix}, "transitions": transitions}
    return {**rule, "expiration": {"days": table.expire_days}} if table.expire_days else rule


def _lifecycle_of_versions(table: BucketTable) -> Any:
    """What a lock has kept long enough goes for good; elsewhere versions are there to be brought back."""
    rule: dict[str, Any] = {"abort_incomplete_multipart_upload": {"days_after_initiation": 7}}
    old = table.old_versions
    if old and (moves := _moves(old, "noncurrent_days")):
        rule["noncurrent_version_transitions"] = moves
    days = 1 if table.lock and table.expire_days else old and old.expire_days
    return {**rule, "noncurrent_version_expiration": {"noncurrent_days": days}} if days else rule


def _moves(table: BucketTable | KeptTable, unit: str) -> list[dict[str, Any]]:
    days = {"GLACIER": table.glacier_days, "DEEP_ARCHIVE": table.deep_archive_days}
    return [{unit: after, "storage_class": storage} for storage, after in days.items() if after]


def access_logs(word: str) -> str:
    """What the keys of a bucket's log of requests begin with."""
    return f"access/{word}/"


def access_log_deliveries(facts: Facts, bucket: str, source: str, word: str) -> Statement:
    """S3 may put the log of requests to the bucket called `source` into the bucket with an ARN."""
    return grant_to(
        "logging.s3",
        "bucket",
        ["s3:PutObject"],
        [f"{bucket}/{access_logs(word)}*"],
        says={ACCOUNT: facts.account, ARN: facts.bucket(source)},
        sid=f"RequestsTo{''.join(part.capitalize() for part in word.split('-'))}",
    )


def _refusals(arn: str, only: Sequence[str]) -> list[Statement]:
    return [_only_by_tls(arn), *([_only_by_some(arn, only)] if only else [])]


def _only_by_some(arn: str, roles: Sequence[str]) -> Statement:
    """Objects alone are closed to the rest: whoever deploys can still change this policy. AWS's own services have no
    role, and their deliveries are let in by statements of their own.
    """
    return grant(
        "*",
        ["s3:*"],
        [f"{arn}/*"],
        condition={
            "ArnNotLike": {"aws:PrincipalArn": list(roles)},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
        sid="ObjectsForNobodyElse",
        effect="Deny",
    )


def _only_by_tls(arn: str) -> Statement:
    return grant(
        "*",
        ["s3:*"],
        [arn, f"{arn}/*"],
        condition={"Bool": {"aws:SecureTransport": "false"}},
        sid="RefusePlainHttp",
        effect="Deny",
    )
