"""The restore drill against an emulated AWS: what it restores, what it sees, and that it leaves nothing behind."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scripts import restore_drill
from scripts.restore_drill import LOOK, OBJECTIVES, Drill, ImpossibleError, settings_of
from tests.aws import EmulatedStack, answer, emulated

STACK = "prod"


@pytest.fixture
def stack() -> Iterator[EmulatedStack]:
    with emulated() as session:
        found = EmulatedStack(session, STACK)
        found.tasks()
        yield found


def drill(stack: EmulatedStack, source: Any = "point-in-time") -> Drill:
    return Drill(session=stack.session, settings=settings_of(STACK), source=source, wait=0)


def databases(stack: EmulatedStack) -> list[str]:
    return [each["DBInstanceIdentifier"] for each in stack.session.client("rds").describe_db_instances()["DBInstances"]]


def calls(stack: EmulatedStack, service: str, operation: str) -> list[dict[str, Any]]:
    """The requests of an operation, from now on."""
    found: list[dict[str, Any]] = []
    event = f"provide-client-params.{service}.{operation}"
    stack.session.events.register(event, lambda params, **_: found.append(params))
    return found


def test_a_restore_that_meets_its_objectives(stack: EmulatedStack) -> None:
    """The newest moment, beside the first; looked at by a task; gone at the end, and the first is still there."""
    restored = calls(stack, "rds", "RestoreDBInstanceToPointInTime")
    run = calls(stack, "ecs", "RunTask")
    result = drill(stack).run()
    assert result.complaints == ()
    assert result.loss < OBJECTIVES["point-in-time"].loss
    [asked] = restored
    assert asked["UseLatestRestorableTime"] is True
    assert asked["SourceDBInstanceIdentifier"] == "cloudplatform-prod-rds-postgres"
    assert asked["TargetDBInstanceIdentifier"] == result.copy
    assert (asked["PubliclyAccessible"], asked["DeletionProtection"]) == (False, False)
    assert len(asked["VpcSecurityGroupIds"]) == 1
    [override] = run[0]["overrides"]["containerOverrides"]
    assert override["command"] == list(LOOK)
    [host] = override["environment"]
    assert host["name"] == "DATABASE_HOST"
    assert host["value"].startswith(result.copy)
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]
    assert json.loads(result.text())["met"] is True


def test_from_the_vault(stack: EmulatedStack) -> None:
    """The newest complete backup, by the interface that restores snapshots."""
    now = datetime.now(UTC)
    rds = stack.session.client("rds")
    rds.create_db_snapshot(
        DBInstanceIdentifier="cloudplatform-prod-rds-postgres", DBSnapshotIdentifier="awsbackup-job-1"
    )
    arn = rds.describe_db_snapshots()["DBSnapshots"][0]["DBSnapshotArn"]

    def points(asked: Any) -> dict[str, Any]:
        assert asked["BackupVaultName"] == "cloudplatform-prod-vault"
        ages = {"COMPLETED": (arn, 5), "EXPIRED": ("arn:aws:rds:older", 1)}
        return {
            "RecoveryPoints": [
                {"RecoveryPointArn": each, "Status": status, "CreationDate": now - timedelta(hours=hours)}
                for status, (each, hours) in ages.items()
            ]
        }

    answer(stack.session, "backup", "ListRecoveryPointsByBackupVault", points)
    restored = calls(stack, "rds", "RestoreDBInstanceFromDBSnapshot")
    result = drill(stack, "vault").run()
    assert result.complaints == ()
    assert timedelta(hours=5) <= result.loss < timedelta(hours=6)
    assert [each["DBSnapshotIdentifier"] for each in restored] == [arn]
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]


def test_an_empty_vault_is_said(stack: EmulatedStack) -> None:
    answer(stack.session, "backup", "ListRecoveryPointsByBackupVault", {"RecoveryPoints": []})
    with pytest.raises(ImpossibleError, match="cloudplatform-prod-vault has no backup"):
        drill(stack, "vault").run()
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]


def test_without_backups_nothing_is_restored(stack: EmulatedStack) -> None:
    rds = stack.session.client("rds")
    rds.modify_db_instance(
        DBInstanceIdentifier="cloudplatform-prod-rds-postgres", BackupRetentionPeriod=0, ApplyImmediately=True
    )
    with pytest.raises(ImpossibleError, match="keeps no backups"):
        drill(stack).run()


def test_a_copy_that_nobody_can_read_is_a_failure(stack: EmulatedStack) -> None:
    """A restore that ends well is not enough; and the copy goes all the same."""
    stack.tasks(status=1, says="Target database is not up to date.")
    result = drill(stack).run()
    assert result.complaints == ("the application cannot read it (exit status 1): Target database is not up to date.",)
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]


def test_a_copy_that_is_not_as_the_first_is_a_failure(stack: EmulatedStack) -> None:
    def public(parsed: dict[str, Any], **_: Any) -> None:
        for each in parsed["DBInstances"]:
            if "-drill-" in each["DBInstanceIdentifier"]:
                each["PubliclyAccessible"] = True
                each["DBParameterGroups"] = [{"DBParameterGroupName": "default.postgres15"}]

    stack.session.events.register("after-call.rds.DescribeDBInstances", public)
    assert drill(stack).run().complaints == (
        "PubliclyAccessible is True, and False in the first",
        "DBParameterGroups differ from the first's",
    )


def test_too_old_and_too_slow_are_failures(stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = restore_drill.Objective(loss=timedelta(0), time=timedelta(0))
    monkeypatch.setitem(restore_drill.OBJECTIVES, "point-in-time", nothing)

    def old(parsed: dict[str, Any], **_: Any) -> None:
        for each in parsed["DBInstances"]:
            each["LatestRestorableTime"] = datetime.now(UTC) - timedelta(minutes=20)

    stack.session.events.register("after-call.rds.DescribeDBInstances", old)
    loss, time = drill(stack).run().complaints
    assert loss.startswith("0:19:59")
    assert loss.endswith("the objective is 0:00:00")
    assert time.startswith("it took 0:00:")


def test_the_copy_goes_when_the_drill_breaks(stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Drill, "_from_inside", breaks)
    with pytest.raises(KeyboardInterrupt):
        drill(stack).run()
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]


def test_a_copy_that_is_still_made_is_deleted_when_it_can_be(stack: EmulatedStack) -> None:
    """RDS refuses to delete what it is just creating."""
    refusals = ["once", "twice"]

    def refuse(**_: Any) -> Any:
        if not refusals:
            return None
        refusals.pop()
        error = {"Error": {"Code": "InvalidDBInstanceState", "Message": "creating"}}
        return type("R", (), {"status_code": 400})(), {**error, "ResponseMetadata": {}}

    stack.session.events.register_first("before-call.rds.DeleteDBInstance", refuse)
    drill(stack).run()
    assert refusals == []
    assert databases(stack) == ["cloudplatform-prod-rds-postgres"]


@pytest.mark.parametrize("stack_name", ["shared"])
def test_a_stack_without_a_database_has_no_drill(stack_name: str) -> None:
    with emulated() as session, pytest.raises(ImpossibleError, match="has no database"):
        Drill(session=session, settings=settings_of(stack_name), source="point-in-time").run()


def test_another_accounts_credentials_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    with emulated() as session:
        answer(session, "sts", "GetCallerIdentity", {"Account": "999999999999"})
        monkeypatch.setattr(restore_drill.boto3, "Session", lambda **_: session)
        assert restore_drill.main(["--stack", STACK]) == 2
    assert capsys.readouterr().err == "These credentials are for 999999999999, and prod stands in 123456789012.\n"


def test_the_command_says_what_it_found(
    stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(restore_drill.boto3, "Session", lambda **_: stack.session)
    monkeypatch.setattr(Drill, "wait", 0)
    monkeypatch.setattr(restore_drill, "Drill", lambda **given: Drill(**given, wait=0))
    assert restore_drill.main(["--stack", STACK]) == 0
    assert json.loads(capsys.readouterr().out)["met"] is True
    stack.tasks(status=1)
    assert restore_drill.main(["--stack", STACK]) == 1
