"""The restore drill leaves no copy that nobody knows of, whatever AWS answers, and says so first if it would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ReadTimeoutError

from scripts import restore_drill
from scripts.restore_drill import ENDS, Drill, ImpossibleError, LeftBehindError
from tests.aws import EmulatedStack
from tests.faults.table import Fault, fault, faults
from tests.scripts.test_restore_drill import STACK, databases, drill, stack

__all__ = ["stack"]
SUBJECT, FIRST = "restore drill", "cloudplatform-prod-rds-postgres"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore tries once."""
    monkeypatch.setattr(restore_drill, "PATIENT", Config(retries={"mode": "standard", "total_max_attempts": 1}))


def refusing(stack: EmulatedStack, operation: str, *codes: str) -> list[str]:
    """The next calls of an operation are answered with these errors."""
    left = list(codes)

    def refuse(**_: Any) -> Any:
        if not left:
            return None
        error = {"Error": {"Code": left.pop(0), "Message": "no"}, "ResponseMetadata": {}}
        return type("R", (), {"status_code": 400})(), error

    stack.session.events.register_first(f"before-call.{operation}", refuse)
    return left


@faults(
    SUBJECT,
    Fault(name="throttled", broken="the deletion is throttled", holds="it is asked again, and the copy is gone",
          given=["Throttling"] * 3),
    Fault(name="later", broken="RDS fails, and the copy is still made", holds="it is asked again, and the copy is gone",
          given=["InternalFailure", "InvalidDBInstanceState", "RequestLimitExceeded", "ServiceUnavailable"]),
)  # fmt: skip
def test_a_deletion_that_waits_is_asked_again(stack: EmulatedStack, fault: Fault) -> None:
    left = refusing(stack, "rds.DeleteDBInstance", *fault.given)
    assert drill(stack).run().complaints == ()
    assert (left, databases(stack)) == ([], [FIRST])


@faults(
    SUBJECT,
    Fault(
        name="expired",
        broken="the credentials end before the deletion",
        holds="the copy is named",
        given="ExpiredToken",
    ),
    Fault(name="denied", broken="the deletion is not allowed", holds="the copy is named", given="AccessDenied"),
)
def test_a_copy_that_stays_is_named(
    stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    """With the command that deletes it, and an exit status of its own."""
    refusing(stack, "rds.DeleteDBInstance", fault.given)
    monkeypatch.setattr(restore_drill.boto3, "Session", lambda **_: stack.session)
    monkeypatch.setattr(restore_drill, "Drill", lambda **given: Drill(**given, wait=0))
    assert restore_drill.main(["--stack", STACK]) == 3
    [copy] = [each for each in databases(stack) if each != FIRST]
    output = capsys.readouterr().err
    assert output.endswith(
        f"delete-db-instance --db-instance-identifier {copy} --skip-final-snapshot --delete-automated-backups\n"
    )
    assert fault.given in output


@fault(SUBJECT, "RDS refuses the deletion for ever", "after sixty tries the copy is named")
def test_patience_ends(stack: EmulatedStack) -> None:
    refusing(stack, "rds.DeleteDBInstance", *["InvalidDBInstanceState"] * 100)
    with pytest.raises(LeftBehindError, match=f"{FIRST}-drill-"):
        drill(stack).run()


@faults(
    SUBJECT,
    Fault(name="lost", broken="the answer to the creation is lost", holds="the copy that was made is deleted",
          given=ReadTimeoutError(endpoint_url="x")),
    Fault(name="interrupt", broken="somebody interrupts just after the creation", holds="the copy is deleted",
          given=KeyboardInterrupt()),
    Fault(name="sigterm", broken="the drill is told to end", holds="the copy is deleted", given=SystemExit(143)),
)  # fmt: skip
def test_what_was_made_is_deleted(stack: EmulatedStack, fault: Fault) -> None:
    raised: list[BaseException] = [fault.given]

    def lose(**_: Any) -> None:
        if raised:
            raise raised.pop()

    stack.session.events.register("after-call.rds.RestoreDBInstanceToPointInTime", lose)
    with pytest.raises(type(fault.given)):
        drill(stack).run()
    assert databases(stack) == [FIRST]


@fault(SUBJECT, "the copy cannot be made", "nothing is left, and nothing is said of a copy")
def test_a_copy_that_was_never_made(
    stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refusing(stack, "rds.RestoreDBInstanceToPointInTime", "InstanceQuotaExceeded")
    monkeypatch.setattr(restore_drill.boto3, "Session", lambda **_: stack.session)
    monkeypatch.setattr(restore_drill, "Drill", lambda **given: Drill(**given, wait=0))
    assert restore_drill.main(["--stack", STACK]) == 2
    output = capsys.readouterr().err
    assert "InstanceQuotaExceeded" in output
    assert "may still be there" not in output
    assert databases(stack) == [FIRST]


@faults(
    SUBJECT,
    Fault(name="look", broken="the copy may not be looked at", holds="a complaint, and it is deleted",
          given="rds.DescribeDBInstances"),
    Fault(name="task", broken="no task may be run", holds="a complaint, and it is deleted", given="ecs.RunTask"),
    Fault(name="service", broken="the service may not be read", holds="a complaint, and it is deleted",
          given="ecs.DescribeServices"),
)  # fmt: skip
def test_what_cannot_be_looked_at_is_a_complaint(stack: EmulatedStack, fault: Fault) -> None:
    made: list[bool] = []
    stack.session.events.register("after-call.rds.RestoreDBInstanceToPointInTime", lambda **_: made.append(True))

    def refuse(**_: Any) -> Any:
        error = {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}}
        return (type("R", (), {"status_code": 400})(), error) if made else None

    event = f"before-call.{fault.given}"
    stack.session.events.register_first(event, refuse)
    [complaint] = drill(stack).run().complaints
    stack.session.events.unregister(event, refuse)
    assert "AccessDenied" in complaint
    assert databases(stack) == [FIRST]


def ending(minutes: int | None) -> str:
    """When credentials end, as the variable says it."""
    return "" if minutes is None else (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


@faults(
    SUBJECT,
    Fault(name="soon", broken="the credentials end within the hour", holds="it says so first", given=55),
    Fault(name="unknown", broken="nobody knows when the credentials end", holds="it says so first"),
)  # fmt: skip
def test_credentials_that_end_too_soon(stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """A session's, which nobody renews: at the end nothing could delete the copy."""
    monkeypatch.setattr(stack.session, "get_credentials", lambda: Credentials("a", "b", "token", method="env"))
    monkeypatch.setenv(ENDS, ending(fault.given))
    with pytest.raises(ImpossibleError, match="these credentials"):
        drill(stack).run()
    assert databases(stack) == [FIRST]


@fault(SUBJECT, "the credentials end in five hours", "it goes on")
def test_credentials_that_last(stack: EmulatedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack.session, "get_credentials", lambda: Credentials("a", "b", "token", method="env"))
    monkeypatch.setenv(ENDS, ending(300))
    assert drill(stack).run().complaints == ()
