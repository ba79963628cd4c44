"""A bucket: encrypted, never public, reached by TLS only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    force_destroy: bool
    protect: bool


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
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="aws:kms" if by_key else "AES256", kms_master_key_id=args.key if by_key else None
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            self.child("encryption"),
            bucket=self._bucket.id,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    # One data key for many objects: a hundredth of the calls to KMS.
                    bucket_key_enabled=by_key,
                )
            ],
            opts=self.owned(),
        )

    def _share(self, args: BucketArgs) -> None:
        """With pages of other origins; who asked for what with another bucket; what comes and goes with EventBridge."""
        if args.tells:
            aws.s3.BucketNotification(self.child("events"), bucket=self._bucket.id, eventbridge=True, opts=self.owned())
        if args.table.cors:
            aws.s3.BucketCorsConfiguration(
                self.child("cors"),
                bucket=self._bucket.id,
                cors_rules=[
                    aws.s3.BucketCorsConfigurationCorsRuleArgs(
                        allowed_origins=list(args.table.cors.origins), allowed_methods=list(args.table.cors.methods)
                    )
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
        versioning = [self._versioning()] if table.versioned else []
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
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="objects",
                    status="Enabled",
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    transitions=_transitions(table),
                    expiration=_expiration(table),
                    noncurrent_version_transitions=_moves_of_versions(table),
                    noncurrent_version_expiration=_end_of_versions(table),
                    abort_incomplete_multipart_upload=_abort(days=7),
                ),
                *(_rule_of(prefix, kept) for prefix, kept in table.prefixes.items()),
            ],
            opts=self.owned(depends_on=versioning),
        )

    def _versioning(self) -> aws.s3.BucketVersioning:
        return aws.s3.BucketVersioning(
            self.child("versions"),
            bucket=self._bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=self.owned(),
        )


def bucket_name(args: BucketArgs) -> str:
    """The bucket's physical name: the row's own, or the pattern's."""
    return args.table.name or args.names.of("bucket", args.word)


def _transitions(table: BucketTable | KeptTable) -> list[aws.s3.BucketLifecycleConfigurationRuleTransitionArgs]:
    moves: Mapping[str, int | None] = {
        "INTELLIGENT_TIERING": 0 if isinstance(table, BucketTable) and table.tiering else None,
        "GLACIER": table.glacier_days,
        "DEEP_ARCHIVE": table.deep_archive_days,
    }
    return [
        aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class=storage)
        for storage, days in moves.items()
        if days is not None
    ]


def _expiration(table: BucketTable | KeptTable) -> aws.s3.BucketLifecycleConfigurationRuleExpirationArgs | None:
    days = table.expire_days
    return aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days) if days else None


def _end_of_versions(
    table: BucketTable,
) -> aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs | None:
    """What a lock has kept long enough goes for good; elsewhere versions are there to be brought back."""
    days = 1 if table.lock and table.expire_days else table.old_versions and table.old_versions.expire_days
    kept = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs
    return kept(noncurrent_days=days) if days else None


def _moves_of_versions(
    table: BucketTable,
) -> list[aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs] | None:
    old, move = table.old_versions, aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs
    moves = {"GLACIER": old and old.glacier_days, "DEEP_ARCHIVE": old and old.deep_archive_days}
    found = [move(noncurrent_days=days, storage_class=storage) for storage, days in moves.items() if days]
    return found or None


def _rule_of(prefix: str, kept: KeptTable) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """What happens to objects whose keys begin so."""
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id=prefix.strip("/").replace("/", "-"),
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix),
        transitions=_transitions(kept),
        expiration=_expiration(kept),
    )


def _abort(days: int) -> aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs:
    return aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=days)


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
