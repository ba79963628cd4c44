"""CP-STORE: buckets and the lock table."""

from typing import Any

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, change, drop, merged, noticed, resource, statement
from tests.requirements.expected import environments, requirement, shared, stacks
from tests.requirements.options import with_options
from tests.requirements.reading import (
    access_log_bucket,
    arn,
    document,
    encryption,
    granted,
    key,
    of,
    of_bucket,
    one,
    only,
    permissions,
    role,
    versioning,
)

FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _bucket(platform: Recording, name: str) -> RecordedResource:
    """The bucket with a name, or with the name and a suffix."""
    return only(
        each for each in of(platform, "s3.Bucket") if each["bucket"] == name or each["bucket"].startswith(f"{name}-")
    )


def _blocked(platform: Recording, bucket: RecordedResource) -> bool:
    block = of_bucket(platform, "s3.BucketPublicAccessBlock", bucket)
    return all(block.inputs.get(flag) is True for flag in FLAGS)


@requirement("CP-STORE-01")
@shared
def test_the_state_bucket(platform: Recording, stack: str) -> None:
    bucket = only(
        each for each in of(platform, "s3.Bucket") if each["bucket"].startswith("cloudplatform-terraform-state")
    )
    assert versioning(platform, bucket) == "Enabled"
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))
    assert _blocked(platform, bucket)


@requirement("CP-STORE-02")
@shared
def test_the_lock_table(platform: Recording, stack: str) -> None:
    table = one(platform, "dynamodb.Table")
    assert (table["hashKey"], table["attributes"]) == ("LockID", [{"name": "LockID", "type": "S"}])
    assert table["billingMode"] == "PAY_PER_REQUEST"


@requirement("CP-STORE-03")
@environments
def test_the_logs_bucket(platform: Recording, stack: str) -> None:
    bucket = _bucket(platform, f"cloudplatform-{stack}-logs")
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))
    assert versioning(platform, bucket) != "Enabled"


@requirement("CP-STORE-04")
@environments
def test_the_backups_bucket(platform: Recording, stack: str) -> None:
    bucket = _bucket(platform, f"cloudplatform-{stack}-backups")
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))
    assert versioning(platform, bucket) == "Enabled"


@requirement("CP-STORE-05")
@stacks
def test_every_bucket_is_encrypted_with_the_key(platform: Recording, stack: str) -> None:
    """Only the load balancer's own logs are not: it can write under S3's key alone (N-23)."""
    exempt = [] if stack == "shared" else [access_log_bucket(platform).urn]
    buckets = of(platform, "s3.Bucket")
    assert len(buckets) > len(exempt)
    for bucket in buckets:
        wanted = ("AES256", None) if bucket.urn in exempt else ("aws:kms", arn(key(platform)))
        assert encryption(platform, bucket) == wanted


@requirement("CP-STORE-06")
@stacks
def test_no_bucket_is_public(platform: Recording, stack: str) -> None:
    buckets = of(platform, "s3.Bucket")
    assert buckets
    assert all(_blocked(platform, bucket) for bucket in buckets)


def _moves(platform: Recording, bucket: RecordedResource) -> list[dict[str, Any]]:
    """The transitions of all of a bucket's objects."""
    rules = of_bucket(platform, "s3.BucketLifecycleConfiguration", bucket)["rules"]
    everything = [rule for rule in rules if rule["status"] == "Enabled" and not rule.get("filter", {}).get("prefix")]
    return [move for rule in everything for move in rule.get("transitions", [])]


@requirement("CP-STORE-07")
@environments
def test_logs_and_backups_move_to_glacier(platform: Recording, stack: str) -> None:
    for name in ("logs", "backups"):
        moves = _moves(platform, _bucket(platform, f"cloudplatform-{stack}-{name}"))
        assert {"days": 90, "storageClass": "GLACIER"} in moves


@requirement("CP-STORE-08")
@stacks
def test_bucket_policies_restrict_access(platform: Recording, stack: str) -> None:
    """Nobody at all without TLS; and nobody is everybody."""
    buckets = of(platform, "s3.Bucket")
    assert buckets
    for bucket in buckets:
        statements = document(of_bucket(platform, "s3.BucketPolicy", bucket)["policy"])
        assert not any(
            each.allows and "*" in dict(each.principals).values() and not each.condition for each in statements
        )
        assert any(
            not each.allows
            and ("*", "*") in each.principals
            and "s3:*" in each.actions
            and set(each.resources) == {arn(bucket), f"{arn(bucket)}/*"}
            and each.condition == {"Bool": {"aws:SecureTransport": "false"}}
            for each in statements
        )


@requirement("CP-STORE-11")
@environments
def test_the_access_log_bucket(platform: Recording, stack: str) -> None:
    assert encryption(platform, access_log_bucket(platform))[0] == "AES256"


@requirement("CP-STORE-12")
@environments
def test_logs_can_be_tiered(platform: Recording, stack: str) -> None:
    """Off by default."""
    name = f"cloudplatform-{stack}-logs"
    classes = [move["storageClass"] for bucket in of(platform, "s3.Bucket") for move in _moves(platform, bucket)]
    assert "INTELLIGENT_TIERING" not in classes
    tiered = with_options(stack)
    assert "INTELLIGENT_TIERING" in [move["storageClass"] for move in _moves(tiered, _bucket(tiered, name))]


@requirement("CP-STORE-13")
@environments
def test_the_assets_bucket_is_the_tasks_one(platform: Recording, stack: str) -> None:
    bucket = _bucket(platform, f"cloudplatform-{stack}-assets")
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))
    assert _blocked(platform, bucket)
    of_bucket(platform, "s3.BucketPolicy", bucket)
    may = granted(permissions(platform, role(platform, one(platform, "ecs.TaskDefinition")["taskRoleArn"])))
    assert {each for action, on in may.items() if action.startswith("s3:") for each in on} == {f"{arn(bucket)}/app/*"}


@stacks
def test_the_bucket_and_its_key_show_at_the_first_preview(first_preview: Recording, stack: str) -> None:
    """Of CP-STORE-05, before any ARN is known: each configuration under the key depends on the key."""
    by_key = [
        each
        for each in of(first_preview, "s3.BucketServerSideEncryptionConfiguration")
        if only(each["rules"])["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    ]
    assert len(by_key) == 3
    assert all(key(first_preview).urn in each.property_dependencies["rules"] for each in by_key)


TASK = "task-objects"  #: the task role's policy
ANYBODY = statement(Principal="*", Action="s3:GetObject", Resource="*")
BREACHES = [
    Breach("CP-STORE-01", test_the_state_bucket, drop("s3.BucketVersioning", "state"), "shared"),
    Breach("CP-STORE-02", test_the_lock_table, change("dynamodb.Table", billingMode="PROVISIONED"), "shared"),
    Breach("CP-STORE-03", test_the_logs_bucket, drop("s3.Bucket", "bucket-logs")),
    Breach(
        "CP-STORE-04",
        test_the_backups_bucket,
        change("s3.BucketVersioning", "backups", versioningConfiguration={"status": "Suspended"}),
    ),
    *(
        Breach(
            "CP-STORE-05",
            test_every_bucket_is_encrypted_with_the_key,
            change(
                "s3.BucketServerSideEncryptionConfiguration",
                which,
                rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
            ),
            stack,
        )
        for stack, which in (("dev", "assets"), ("shared", "state"))
    ),
    *(
        Breach(
            "CP-STORE-06",
            test_no_bucket_is_public,
            change("s3.BucketPublicAccessBlock", which, blockPublicPolicy=False),
            stack,
        )
        for stack, which in (("dev", "logs"), ("shared", "state"))
    ),
    Breach(
        "CP-STORE-07",
        test_logs_and_backups_move_to_glacier,
        change("s3.BucketLifecycleConfiguration", "bucket-logs", rules=lambda old: [{**old[0], "status": "Disabled"}]),
    ),
    *(
        Breach(
            "CP-STORE-08",
            test_bucket_policies_restrict_access,
            change("s3.BucketPolicy", which, policy=ANYBODY),
            stack,
        )
        for stack, which in (("dev", "assets"), ("shared", "state"))
    ),
    Breach("CP-STORE-08", test_bucket_policies_restrict_access, drop("s3.BucketPolicy", "backups")),
    Breach(
        "CP-STORE-11",
        test_the_access_log_bucket,
        lambda s: change(
            "lb.LoadBalancer", accessLogs=merged(bucket=resource(s, "s3.Bucket", "bucket-logs")["bucket"])
        )(s),
    ),
    Breach(
        "CP-STORE-12",
        test_logs_can_be_tiered,
        change(
            "s3.BucketLifecycleConfiguration",
            "bucket-logs",
            rules=lambda old: [{**old[0], "transitions": [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}]}],
        ),
    ),
    Breach(
        "CP-STORE-13",
        test_the_assets_bucket_is_the_tasks_one,
        change("iam.RolePolicy", TASK, policy=lambda old: old.replace("/app/*", "/*")),
    ),
]

test_breaches = noticed(BREACHES)
