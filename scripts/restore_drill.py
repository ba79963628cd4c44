"""The restore drill: `python -m scripts.restore_drill --stack staging`. When and why: docs/runbooks/recovery.md.

It restores the stack's database beside itself, to the latest moment that can be restored or, with `--from vault`, from
the newest backup in the vault. It looks at the copy: as private, encrypted and configured as the first, and, from a
task of the service, readable with its credentials and of the schema that it expects. Then it deletes the copy.
What was lost and how long it took are measured against the objectives. Exit status: 0 met, 1 not met, 2 impossible, and
3 if the copy may still be there: then its name is the last line, with the command that deletes it.

It needs AWS credentials of the stack's account that may restore and delete databases and run tasks. The first database
is only read.
"""

import argparse
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal, cast

import boto3
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, WaiterError
from botocore.exceptions import ConnectionError as NoConnectionError

from scripts.one_task import Ended, Inside
from settings.file import stackfile
from settings.file.reading import read
from settings.settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT: Final = re.findall(r"(?m)^name: (\S+)", (ROOT / "Pulumi.yaml").read_text())[0]
Source = Literal["point-in-time", "vault"]


@dataclass(frozen=True)
class Objective:
    """What may be lost, and how long it may take to have it back (docs/runbooks/recovery.md says how each is met)."""

    loss: timedelta
    time: timedelta


OBJECTIVES: Final[dict[Source, Objective]] = {
    "point-in-time": Objective(loss=timedelta(minutes=10), time=timedelta(hours=2)),
    "vault": Objective(loss=timedelta(hours=26), time=timedelta(hours=2)),
}
#: The schema is the application's, so the data is there and can be read; as the task's own user, with its password.
LOOK: Final = ("python", "-m", "alembic", "--config", "app/alembic.ini", "check")
#: What the copy must have of the first.
KEPT: Final = ("KmsKeyId", "StorageEncrypted", "EngineVersion", "PubliclyAccessible", "DBName", "MasterUsername")
GROUPS: Final = {"VpcSecurityGroups": "VpcSecurityGroupId", "DBParameterGroups": "DBParameterGroupName"}


#: botocore asks again by itself, more often than it would.
PATIENT: Final = Config(retries={"mode": "standard", "total_max_attempts": 8})
#: What AWS says when asking again later may help, beside what botocore asks again for by itself.
LATER: Final = (
    "InvalidDBInstanceState",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalFailure",
    "ServiceUnavailable",
)
ABSENT: Final = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
ENDS: Final = "AWS_CREDENTIAL_EXPIRATION"  #: `aws configure export-credentials --format env` sets it


class ImpossibleError(Exception):
    """There is nothing to restore from, or nowhere to."""


class LeftBehindError(Exception):
    """The copy may still be there, and is paid for."""

    def __init__(self, copy: str) -> None:
        super().__init__(
            f"{copy} may still be there: aws rds delete-db-instance --db-instance-identifier {copy} "
            "--skip-final-snapshot --delete-automated-backups"
        )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the drill found."""

    stack: str
    source: Source
    copy: str
    loss: timedelta  #: between the moment that was restored and the start of the drill
    time: timedelta  #: from the start until the application could read the copy
    complaints: tuple[str, ...]

    def text(self) -> str:
        """The result, for the drill's record."""
        found = {**asdict(self), "loss": str(self.loss), "time": str(self.time), "met": not self.complaints}
        return json.dumps(found, indent=1)


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One restore of one stack's database."""

    session: Any  #: boto3's
    settings: Settings
    source: Source
    wait: int = 30  #: seconds between two looks

    def run(self) -> Result:
        """Restore, look, delete. Raises ImpossibleError before anything was made, or LeftBehindError."""
        began = datetime.now(UTC)
        self._lasting(began)
        first = self._first()
        copy = f"{first['DBInstanceIdentifier']}-drill-{began:%Y%m%d%H%M%S}"
        moment, restore = self._restore(first, copy)
        try:
            restore()  # an answer that is lost does not mean that nothing was made
            complaints = list(self._looks(first, copy))
            took = datetime.now(UTC) - began
        finally:
            self._delete(copy)
        loss, objective = began - moment, OBJECTIVES[self.source]
        if loss > objective.loss:
            complaints.append(f"{loss} would have been lost; the objective is {objective.loss}")
        if took > objective.time:
            complaints.append(f"it took {took}; the objective is {objective.time}")
        return Result(
            stack=self.settings.stack,
            source=self.source,
            copy=copy,
            loss=loss,
            time=took,
            complaints=tuple(complaints),
        )

    @cached_property
    def _rds(self) -> Any:
        return self.session.client("rds", config=PATIENT)

    def _lasting(self, now: datetime) -> None:
        """See that the credentials do not end before the drill: nothing could delete the copy then."""
        found = self.session.get_credentials()
        if found is None or not found.token or (isinstance(found, RefreshableCredentials) and found.method != "env"):
            return  # none, or a user's, or such as are renewed by themselves
        wanted = now + OBJECTIVES[self.source].time + timedelta(minutes=30)
        ends = os.environ.get(ENDS, "")
        if not ends:
            raise ImpossibleError(
                f"nobody renews these credentials, and {ENDS} does not say when they end: use a profile"
            )
        if datetime.fromisoformat(ends) < wanted:
            raise ImpossibleError(f"these credentials end at {ends}, and the drill may take until {wanted:%H:%M} UTC")

    def _first(self) -> dict[str, Any]:
        table = self.settings.database
        if not table or not self.settings.clients("database"):
            raise ImpossibleError("the stack has no database, or no service that could look at its copy")
        try:
            return self._database(self.settings.names.of("rds", table.engine))
        except ClientError as error:
            raise ImpossibleError(f"the stack's database is not there: {error}") from error

    def _database(self, name: str) -> dict[str, Any]:
        return self._rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    def _restore(self, first: dict[str, Any], copy: str) -> tuple[datetime, Callable[[], object]]:
        """The moment that is restored, and what begins to."""
        where: dict[str, Any] = {
            "DBInstanceClass": first["DBInstanceClass"],
            "DBSubnetGroupName": first["DBSubnetGroup"]["DBSubnetGroupName"],
            "DBParameterGroupName": first["DBParameterGroups"][0]["DBParameterGroupName"],
            "VpcSecurityGroupIds": [each["VpcSecurityGroupId"] for each in first["VpcSecurityGroups"]],
            "PubliclyAccessible": False,
            "MultiAZ": False,
            "DeletionProtection": False,
            "Tags": [{"Key": "Purpose", "Value": "restore-drill"}],
        }
        if self.source == "point-in-time":
            if not first["BackupRetentionPeriod"] or not first.get("LatestRestorableTime"):
                raise ImpossibleError(f"{first['DBInstanceIdentifier']} keeps no backups")
            return first["LatestRestorableTime"], lambda: self._rds.restore_db_instance_to_point_in_time(
                SourceDBInstanceIdentifier=first["DBInstanceIdentifier"],
                TargetDBInstanceIdentifier=copy,
                UseLatestRestorableTime=True,
                **where,
            )
        newest = self._newest(first["DBInstanceArn"])
        return newest["CreationDate"], lambda: self._rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier=copy, DBSnapshotIdentifier=newest["RecoveryPointArn"], **where
        )

    def _newest(self, arn: str) -> dict[str, Any]:
        """The newest complete backup in the stack's own vault. Of a database it is a snapshot, which RDS restores."""
        vault = self.settings.names.of("vault")
        pages = self.session.client("backup").get_paginator("list_recovery_points_by_backup_vault")
        points = [
            point
            for page in pages.paginate(BackupVaultName=vault, ByResourceArn=arn)
            for point in page["RecoveryPoints"]
            if point["Status"] == "COMPLETED"
        ]
        if not points:
            raise ImpossibleError(f"the vault {vault} has no backup of {arn}")
        return max(points, key=lambda point: point["CreationDate"])

    def _looks(self, first: dict[str, Any], name: str) -> Iterator[str]:
        """What is wrong with the copy. That AWS does not let us look is wrong too."""
        try:
            yield from self._differences(first, name)
        except (ClientError, BotoCoreError) as error:
            yield f"it could not be looked at: {error}"

    def _differences(self, first: dict[str, Any], name: str) -> Iterator[str]:
        seconds = OBJECTIVES[self.source].time.total_seconds()
        try:
            self._rds.get_waiter("db_instance_available").wait(
                DBInstanceIdentifier=name,
                WaiterConfig={"Delay": self.wait, "MaxAttempts": int(seconds / self.wait) if self.wait else 5},
            )
        except WaiterError as error:
            yield f"it did not become available: {error}"
            return
        copy = self._database(name)
        for key in KEPT:
            if copy.get(key) != first.get(key):
                yield f"{key} is {copy.get(key)}, and {first.get(key)} in the first"
        for group, identity in GROUPS.items():
            if {each[identity] for each in copy[group]} != {each[identity] for each in first[group]}:
                yield f"{group} differ from the first's"
        seen = self._from_inside(copy["Endpoint"]["Address"])
        if not seen.well:
            yield f"the application cannot read it (exit status {seen.status}): {' '.join(seen.lines[-3:])}"

    def _from_inside(self, host: str) -> Ended:
        word, names = next(iter(self.settings.clients("database"))), self.settings.names
        inside = Inside(
            session=self.session,
            cluster=names.of("ecs-cluster"),
            service=names.of("ecs-service", word),
            wait=self.wait / 5,
        )
        return inside.run(LOOK, {"DATABASE_HOST": host})

    def _delete(self, copy: str) -> None:
        """Delete the copy, in whatever state it is: one that is being made refuses, so ask again."""
        try:
            for _ in range(60):
                if self._gone(copy):
                    return
                time.sleep(self.wait)
        except BaseException as error:
            raise LeftBehindError(copy) from error
        raise LeftBehindError(copy)

    def _gone(self, copy: str) -> bool:
        """Ask once, and say whether it goes or was never there."""
        try:
            self._rds.delete_db_instance(DBInstanceIdentifier=copy, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
        except ClientError as error:
            code = str(cast(Any, error.response)["Error"]["Code"])
            if code not in (*LATER, *ABSENT):
                raise
            return code in ABSENT
        except (NoConnectionError, HTTPClientError):
            return False
        return True


def settings_of(stack: str) -> Settings:
    """What the stack's file says."""
    file = ROOT / f"Pulumi.{stack}.yaml"
    found = stackfile.load(file, PROJECT)
    return read(found.config, project=PROJECT, stack=stack, secret_keys=found.secret_keys, file=file)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the drill and print its result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", required=True)
    parser.add_argument("--from", dest="source", choices=list(OBJECTIVES), default="point-in-time")
    given = parser.parse_args(arguments)
    settings = settings_of(given.stack)
    session: Any = boto3.Session(region_name=settings.region)
    account: str = session.client("sts").get_caller_identity()["Account"]
    if account != settings.account:
        print(f"These credentials are for {account}, and {given.stack} stands in {settings.account}.", file=sys.stderr)
        return 2
    # Unlike an interrupt, a request to end would end us at once, and leave the copy.
    signal.signal(signal.SIGTERM, _end)
    try:
        result = Drill(session=session, settings=settings, source=given.source).run()
    except (ImpossibleError, ClientError, BotoCoreError) as error:  # the copy was not made, or is deleted
        print(error, file=sys.stderr)
        return 2
    except LeftBehindError as error:
        print(f"{error.__cause__!r}\n{error}", file=sys.stderr)
        return 3
    print(result.text())
    return 1 if result.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
