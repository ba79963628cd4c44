"""Policies by get_policy_document: a data lake of a bucket, a queue and a topic."""

import pulumi
import pulumi_aws as aws


def refuse_plain(name: str, *, secure: str) -> str:
    bucket = f"arn:aws:s3:::{name}"
    return aws.iam.get_policy_document(
        statements=[
            {
                "sid": "RefusePlain",
                "effect": "Deny",
                "principals": [{"type": "*", "identifiers": ["*"]}],
                "actions": ["s3:*"],
                "resources": [bucket, f"{bucket}/*"],
                "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": [secure]}],
            }
        ]
    ).json


def program(*, good: bool) -> None:
    lake = aws.s3.Bucket("lake", bucket="foreign-lake")
    # The twist: the condition is the wrong way round, so it denies those who do use TLS.
    aws.s3.BucketPolicy("lake", bucket=lake.id, policy=refuse_plain("foreign-lake", secure="false" if good else "true"))
    # A document that embeds an id which nobody knows before the bucket exists.
    scratch = aws.s3.Bucket("scratch")
    document = aws.iam.get_policy_document_output(
        statements=[
            {
                "effect": "Deny",
                "principals": [{"type": "*", "identifiers": ["*"]}],
                "actions": ["s3:*"],
                "resources": [scratch.arn, pulumi.Output.concat(scratch.arn, "/*")],
                "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
            }
        ]
    )
    aws.s3.BucketPolicy("scratch", bucket=scratch.id, policy=document.json)
    for name, bucket in {"lake": lake, "scratch": scratch}.items():
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
    key = aws.kms.Key("lake", enable_key_rotation=True)
    topic = aws.sns.Topic("arrivals", kms_master_key_id=key.id) if good else aws.sns.Topic("arrivals")
    queue = aws.sqs.Queue("arrivals", sqs_managed_sse_enabled=good)
    aws.sns.TopicSubscription("arrivals", topic=topic.arn, protocol="sqs", endpoint=queue.arn)
    aws.kinesis.Stream("raw", shard_count=1, encryption_type="KMS" if good else "NONE", kms_key_id=key.arn)


def compliant() -> None:
    program(good=True)


def violating() -> None:
    program(good=False)


EXPECTED = {"bucket-tls", "queue-at-rest", "stream-at-rest", "topic-at-rest"}
