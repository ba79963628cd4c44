"""CP-LOG: the log groups."""

from preview.recording import Recording
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement, stacks
from tests.requirements.reading import arn, at, document, key, of, one, only

RETENTION = {"dev": 30, "staging": 30, "prod": 90}


@requirement("CP-LOG-01")
@environments
def test_the_application_group(platform: Recording, stack: str) -> None:
    assert at(platform, "cloudwatch.LogGroup", name=f"/ecs/{stack}/fastapi")


@requirement("CP-LOG-02")
@environments
def test_retention(platform: Recording, stack: str) -> None:
    assert at(platform, "cloudwatch.LogGroup", name=f"/ecs/{stack}/fastapi")["retentionInDays"] == RETENTION[stack]
    assert all(each.inputs.get("retentionInDays", 0) > 0 for each in of(platform, "cloudwatch.LogGroup"))


@requirement("CP-LOG-03")
@environments
def test_the_database_group_is_there_before_the_database(platform: Recording, stack: str) -> None:
    """Otherwise RDS makes the group itself, unencrypted and kept for ever."""
    database = one(platform, "rds.Instance")
    group = at(platform, "cloudwatch.LogGroup", name=f"/aws/rds/instance/cloudplatform-{stack}-rds-postgres/postgresql")
    assert database["identifier"] == f"cloudplatform-{stack}-rds-postgres"
    assert group["retentionInDays"] > 0
    assert group.urn in database.dependencies


def functions_have_their_groups(platform: Recording) -> None:
    """The check of CP-LOG-04, for the issue that brings functions."""
    for function in of(platform, "lambda_.Function"):
        assert (
            at(platform, "cloudwatch.LogGroup", name=f"/aws/lambda/{function['name']}").inputs.get("retentionInDays", 0)
            > 0
        )


@stacks
def test_functions_have_their_groups(platform: Recording, stack: str) -> None:
    """There is no function yet, so CP-LOG-04 is not claimed."""
    functions_have_their_groups(platform)


@requirement("CP-LOG-05")
@environments
def test_the_flow_log_group(platform: Recording, stack: str) -> None:
    destination = one(platform, "ec2.FlowLog")["logDestination"]
    group = only(each for each in of(platform, "cloudwatch.LogGroup") if arn(each) == destination)
    assert group["retentionInDays"] > 0


@requirement("CP-LOG-06")
@stacks
def test_groups_are_encrypted_with_the_stacks_key(platform: Recording, stack: str) -> None:
    """And the key lets CloudWatch Logs use it, for log groups of this account only. The shared stack has no group
    yet: there the key's part is what is proven."""
    found = of(platform, "cloudwatch.LogGroup")
    assert len(found) >= (0 if stack == "shared" else 4)
    assert {each.inputs.get("kmsKeyId") for each in found} <= {arn(key(platform))}
    service = ("Service", f"logs.{REGION}.amazonaws.com")
    statement = only(each for each in document(key(platform)["policy"]) if service in each.principals)
    assert statement.allows
    assert {"kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"} <= set(statement.actions)
    of_account = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"
    assert statement.condition == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": of_account}}
