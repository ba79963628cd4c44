"""CP-KMS: one key a stack for all its data."""

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, export, noticed, statement
from tests.requirements.expected import ACCOUNT, environments, requirement, shared, stacks
from tests.requirements.reading import (
    Statement,
    access_log_bucket,
    arn,
    document,
    encryption,
    key,
    of,
    one,
    role,
)


def _policy(platform: Recording) -> list[Statement]:
    return document(key(platform)["policy"])


def _allowed(platform: Recording, action: str) -> set[str]:
    """Whom the key's policy allows an action by ARN, the account itself apart."""
    root = f"arn:aws:iam::{ACCOUNT}:root"
    found = {
        who
        for each in _policy(platform)
        if each.allows and action in each.actions
        for kind, who in each.principals
        if kind == "AWS"
    }
    return found - {root}


@requirement("CP-KMS-01")
@environments
def test_one_symmetric_key(platform: Recording, stack: str) -> None:
    only_key = key(platform)
    assert only_key.inputs.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
    assert only_key.inputs.get("keyUsage", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"


@requirement("CP-KMS-02")
@stacks
def test_the_key_rotates_every_year(platform: Recording, stack: str) -> None:
    assert key(platform)["enableKeyRotation"] is True
    assert key(platform).inputs.get("rotationPeriodInDays", 365) == 365


@requirement("CP-KMS-03")
@stacks
def test_deletion_waits(platform: Recording, stack: str) -> None:
    assert key(platform)["deletionWindowInDays"] == 30


@requirement("CP-KMS-04")
@environments
def test_its_administrators(platform: Recording, stack: str) -> None:
    """Two roles of the stack; they administer the key and cannot use it."""
    teams = {
        f"arn:aws:iam::{ACCOUNT}:role/cloudplatform-{stack}-role-key-admin-{team}" for team in ("devops", "security")
    }
    for action in ("kms:Create*", "kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"):
        assert _allowed(platform, action) == teams
    assert teams <= {arn(each) for each in of(platform, "iam.Role")}
    for action in ("kms:*", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"):
        assert not _allowed(platform, action) & teams


@requirement("CP-KMS-05")
@environments
def test_its_users(platform: Recording, stack: str) -> None:
    """Execution and task role decrypt, and the roles of functions, of which there are none yet; data keys are for the
    task role, which writes objects under the key (N-43)."""
    task = one(platform, "ecs.TaskDefinition")
    functions = {each["role"] for each in of(platform, "lambda_.Function")}
    assert _allowed(platform, "kms:Decrypt") == {task["executionRoleArn"], task["taskRoleArn"]} | functions
    assert task["taskRoleArn"] in _allowed(platform, "kms:GenerateDataKey*") <= {task["taskRoleArn"]} | functions
    assert all(role(platform, each) for each in _allowed(platform, "kms:Decrypt"))
    assert not any(
        each.allows and "*" in dict(each.principals).values() and not each.condition for each in _policy(platform)
    )


@requirement("CP-KMS-06")
@environments
def test_its_arn_and_id_are_outputs(platform: Recording, stack: str) -> None:
    outputs = platform.outputs
    assert (outputs["key_arn"], outputs["key_id"]) == (arn(key(platform)), key(platform).outputs["keyId"])


@requirement("CP-KMS-07")
@environments
def test_it_encrypts_every_store(platform: Recording, stack: str) -> None:
    wanted = arn(key(platform))
    assert one(platform, "rds.Instance")["kmsKeyId"] == wanted
    assert one(platform, "elasticache.ReplicationGroup")["kmsKeyId"] == wanted
    assert {each["kmsKeyId"] for each in of(platform, "secretsmanager.Secret")} == {wanted}
    others = [each for each in of(platform, "s3.Bucket") if each.urn != access_log_bucket(platform).urn]
    assert {encryption(platform, each)[1] for each in others} == {wanted}


@environments
def test_it_encrypts_every_store_at_the_first_preview(first_preview: Recording, stack: str) -> None:
    """Of CP-KMS-07, before its ARN is known: each store's property depends on the key."""
    stores = [one(first_preview, "rds.Instance"), one(first_preview, "elasticache.ReplicationGroup")]
    stores += of(first_preview, "secretsmanager.Secret") + of(first_preview, "cloudwatch.LogGroup")
    assert len(stores) >= 11  # the stores of issue 3 at least; whatever is added is held to the same
    assert {each.property_dependencies["kmsKeyId"] for each in stores} == {(key(first_preview).urn,)}


@requirement("CP-KMS-08")
@shared
def test_volumes_are_encrypted_by_default(platform: Recording, stack: str) -> None:
    """Whoever makes one: the platform itself has none. Its switch comes when AWS knows the key."""
    default, switch = one(platform, "ebs.DefaultKmsKey"), one(platform, "ebs.EncryptionByDefault")
    assert default["keyArn"] == arn(key(platform))
    assert switch["enabled"] is True
    assert default.urn in switch.dependencies
    assert of(platform, "ebs.Volume") == of(platform, "ec2.Instance") == of(platform, "ec2.LaunchTemplate") == []


PROOF = test_volumes_are_encrypted_by_default

BREACHES = [
    Breach("CP-KMS-01", test_one_symmetric_key, add("kms.Key")),
    Breach("CP-KMS-02", test_the_key_rotates_every_year, change("kms.Key", enableKeyRotation=False), "shared"),
    Breach("CP-KMS-03", test_deletion_waits, change("kms.Key", deletionWindowInDays=7)),
    Breach(
        "CP-KMS-04",
        test_its_administrators,
        change(
            "kms.Key",
            policy=statement(
                Principal={"AWS": "arn:aws:iam::123456789012:role/other"}, Action="kms:Put*", Resource="*"
            ),
        ),
    ),
    Breach(
        "CP-KMS-05",
        test_its_users,
        change(
            "kms.Key",
            policy=statement(
                Principal={"AWS": "arn:aws:iam::123456789012:role/other"}, Action="kms:Decrypt", Resource="*"
            ),
        ),
    ),
    Breach(
        "CP-KMS-05",
        test_its_users,
        change("kms.Key", policy=statement(Principal={"AWS": "*"}, Action="kms:Encrypt", Resource="*")),
    ),
    Breach("CP-KMS-06", test_its_arn_and_id_are_outputs, export(key_id="")),
    Breach(
        "CP-KMS-07",
        test_it_encrypts_every_store,
        change("secretsmanager.Secret", "jwt", kmsKeyId="alias/aws/secretsmanager"),
    ),
    Breach("CP-KMS-08", PROOF, change("ebs.EncryptionByDefault", enabled=False), "shared"),
    Breach("CP-KMS-08", PROOF, change("ebs.DefaultKmsKey", keyArn="alias/aws/ebs"), "shared"),
    Breach("CP-KMS-08", PROOF, drop("ebs.DefaultKmsKey"), "shared"),
    Breach("CP-KMS-08", PROOF, add("ebs.Volume", encrypted=False), "shared"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
