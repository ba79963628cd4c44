"""Fail over to the standby's region, and back: `python -m scripts.failover over --system techcorp`.

When, who decides, and what comes before and after: blueprints/techcorp/docs/runbooks/failover.md. Each command may be
run again: it goes on where it was. `over` needs nothing of the lost region, of IAM or of Route 53, whose record leads
to the standby by itself. `fence` stops the first stack once its region answers again. `prepare` makes a replica there,
`back` stops writing, promotes it and starts the first stack.
Exit status: 0 done, 1 done but something is not well, 2 refused before anything was changed, 3 stopped midway.

It needs AWS credentials of the stacks' account that may change databases and services in both regions.
"""

import argparse
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from settings.file import stackfile
from settings.file.reading import read
from settings.settings import Settings

ROOT = Path(__file__).parent.parent
RPO: Final = timedelta(hours=1)  #: what may be lost (TC-DR-06)
NEAR: Final = 60  #: seconds behind at which writing is stopped on the way back
PATIENT: Final = Config(retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5)
#: For a region that is probably lost.
BRIEF: Final = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
ABSENT: Final = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
AWS: Final = (ClientError, BotoCoreError)


class RefusedError(Exception):
    """Nothing was changed, and the message says what is in the way."""


class StoppedError(Exception):
    """Something was changed, and the rest was not: run the command again."""


@dataclass(frozen=True, kw_only=True)
class RegionalStack:
    """A stack of the two, in its region."""

    session: Any  #: boto3's
    settings: Settings
    wait: float = 15  #: seconds between two looks
    patience: int = 240  #: looks before it is given up: an hour
    clients: dict[tuple[str, Config], Any] = field(default_factory=dict[tuple[str, Config], Any], repr=False)

    def client(self, service: str, config: Config = PATIENT) -> Any:
        """A client in the stack's own region."""
        if (service, config) not in self.clients:
            made = self.session.client(service, region_name=self.settings.region, config=config)
            self.clients[service, config] = made
        return self.clients[service, config]

    @property
    def name(self) -> str:
        """Of the database."""
        assert self.settings.database  # stacks() sees to it
        return self.settings.names.of("rds", self.settings.database.engine)

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks each service has at least, as the stack file says."""
        return {word: service.count.min for word, service in self.settings.services.items()}

    def database(self, name: str = "") -> dict[str, Any] | None:
        """A database as RDS describes it, the stack's own by default; None: it is not there."""
        try:
            return self.client("rds").describe_db_instances(DBInstanceIdentifier=name or self.name)["DBInstances"][0]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                return None
            raise

    def behind(self) -> float | None:
        """Seconds that the replica was behind when it last said so, within ten minutes; None: it has said nothing."""
        now = datetime.now(UTC)
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/RDS",
            MetricName="ReplicaLag",
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": self.name}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return max(points, key=lambda each: each["Timestamp"])["Maximum"] if points else None

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Look until it holds."""
        for _ in range(self.patience):
            if holds():
                return
            time.sleep(self.wait)
        raise StoppedError(f"{self.settings.stack}: {what} not yet; run the command again")

    def available(self, name: str = "") -> bool:
        """Whether a database is there and has nothing to do."""
        found = self.database(name)
        return found is not None and found["DBInstanceStatus"] == "available"

    def promote(self) -> None:
        """Make the replica a database of its own, with backups, unless it is one."""
        table = self.settings.database
        assert table  # stacks() sees to it
        if is_replica(self.database()):
            self.client("rds").promote_read_replica(
                DBInstanceIdentifier=self.name,
                BackupRetentionPeriod=table.backup_days,
                PreferredBackupWindow=table.backup_window,
            )
        self.until("promoted", lambda: self.available() and not is_replica(self.database()))

    def scale(self, counts: Mapping[str, int], config: Config = PATIENT) -> None:
        """Let each service have so many tasks at least; none: none at all, whatever its load."""
        cluster = self.settings.names.of("ecs-cluster")
        ecs, scaling = self.client("ecs", config), self.client("application-autoscaling", config)
        for word, least in counts.items():
            service, most = self.settings.names.of("ecs-service", word), self.settings.services[word].count.max
            if most is not None:
                scaling.register_scalable_target(
                    ServiceNamespace="ecs",
                    ResourceId=f"service/{cluster}/{service}",
                    ScalableDimension="ecs:service:DesiredCount",
                    MinCapacity=least,
                    MaxCapacity=max(least, most) if least else 0,
                )
            ecs.update_service(cluster=cluster, service=service, desiredCount=least)

    def short(self, counts: Mapping[str, int]) -> list[str]:
        """The services that have not so many tasks; with none wanted, those that have any."""
        names, ecs = self.settings.names, self.client("ecs")
        found: list[str] = []
        for word, least in counts.items():
            asked = {"cluster": names.of("ecs-cluster"), "services": [names.of("ecs-service", word)]}
            described = ecs.describe_services(**asked)["services"]
            running = described[0]["runningCount"] if described else -1
            if running < least or (least == 0 and running != 0):
                found.append(word)
        return found

    def answers(self, ask: Callable[[str], int]) -> list[str]:
        """What is wrong with the public names."""
        urls = [f"https://{host}{self.settings.health_path(host) or '/'}" for host in self.settings.hosts]
        return [f"{url} answers {status}" for url in urls if (status := ask(url)) != 200]


def is_replica(database: Mapping[str, Any] | None) -> bool:
    """Whether it follows another; that there is none stops everything."""
    if database is None:
        raise StoppedError("the database is not there")
    return bool(database.get("ReadReplicaSourceDBInstanceIdentifier"))


def over(first: RegionalStack, standby: RegionalStack, ask: Callable[[str], int], *, lose: bool = False) -> list[str]:
    """Fail over. Gives what is not well afterwards.

    lose: promote though more than the RPO would be lost, or nobody knows how much.
    """
    found = standby.database()
    if found is None:
        raise RefusedError(f"{standby.name} is not there: restore the copied backups first, as the runbook says")
    if is_replica(found):
        lag = standby.behind()
        if not lose and (lag is None or lag > RPO.total_seconds()):
            said = "has not said how far it is behind" if lag is None else f"is {lag:.0f} seconds behind"
            raise RefusedError(f"{standby.name} {said}; the RPO is {RPO}. Whoever decides so adds --lose")
    complaints: list[str] = []
    try:  # two databases that both are written to cannot be joined again
        first.scale(dict.fromkeys(first.counts, 0), BRIEF)
    except AWS as error:
        complaints.append(f"{first.settings.stack} is not stopped: run `fence` when its region answers ({error})")
    standby.promote()
    standby.scale(first.counts)
    try:
        standby.until("enough tasks", lambda: not standby.short(first.counts))
    except StoppedError:
        complaints.append(f"too few tasks: {', '.join(standby.short(first.counts))}")
    return [*complaints, *standby.answers(ask)]


def fence(first: RegionalStack) -> list[str]:
    """Stop the first stack's services, so that its names stay with the standby until somebody says otherwise."""
    first.scale(dict.fromkeys(first.counts, 0))
    first.until("stopped", lambda: not first.short(dict.fromkeys(first.counts, 0)))
    return []


def prepare(first: RegionalStack, standby: RegionalStack) -> list[str]:
    """In the first region, put a replica of the standby's database in the place of the old one, which is kept."""
    source, kept = standby.database(), f"{first.name}-before-failover"
    if source is None or is_replica(source):
        raise RefusedError(f"{standby.name} was not promoted, so there is nothing to bring back")
    if left := first.short(dict.fromkeys(first.counts, 0)):
        raise RefusedError(f"{first.settings.stack} still runs {', '.join(left)}: run `fence` first")
    old, rds = first.database(), first.client("rds")
    if old is not None and not is_replica(old):
        rds.modify_db_instance(DBInstanceIdentifier=first.name, NewDBInstanceIdentifier=kept, ApplyImmediately=True)
        first.until("renamed", lambda: first.database() is None and first.available(kept))
    old = first.database(kept)
    if old is None:
        raise StoppedError(f"{kept} is not there, and tells which subnets, groups and key the replica gets")
    if first.database() is None:
        rds.create_db_instance_read_replica(
            DBInstanceIdentifier=first.name,
            SourceDBInstanceIdentifier=source["DBInstanceArn"],
            SourceRegion=standby.settings.region,
            DBInstanceClass=old["DBInstanceClass"],
            DBSubnetGroupName=old["DBSubnetGroup"]["DBSubnetGroupName"],
            DBParameterGroupName=old["DBParameterGroups"][0]["DBParameterGroupName"],
            VpcSecurityGroupIds=[each["VpcSecurityGroupId"] for each in old["VpcSecurityGroups"]],
            KmsKeyId=old["KmsKeyId"],
            MultiAZ=old["MultiAZ"],
            PubliclyAccessible=False,
            CopyTagsToSnapshot=True,
            DeletionProtection=True,
        )
    first.until("a replica", first.available)
    return []


def back(first: RegionalStack, standby: RegionalStack, ask: Callable[[str], int]) -> list[str]:
    """Fail back: nobody writes, the replica catches up and is promoted, the first region starts."""
    if is_replica(first.database()):
        lag = first.behind()
        if lag is None or lag > NEAR:
            raise RefusedError(f"{first.name} is not within {NEAR} seconds of {standby.name} (it says {lag}); wait")
        nobody = dict.fromkeys(standby.counts, 0)
        standby.scale(nobody)
        standby.until("stopped", lambda: not standby.short(nobody))
        stopped = datetime.now(UTC)
        # What was written last is there once the replica is less behind than the time since.
        first.until(
            "caught up",
            lambda: (late := first.behind()) is not None and late < (datetime.now(UTC) - stopped).total_seconds(),
        )
    first.promote()
    first.scale(first.counts)
    try:
        first.until("enough tasks", lambda: not first.short(first.counts))
    except StoppedError:
        return [f"too few tasks: {', '.join(first.short(first.counts))}"]
    return first.answers(ask)


def status_of(url: str) -> int:
    """What a URL is answered with; 0: not at all."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def stacks(system: str) -> tuple[Settings, Settings]:
    """The stacks of a system that fail over: primary and secondary, as `dns.failover` says."""
    folder = ROOT / "blueprints" / system
    [project] = re.findall(r"(?m)^name: (\S+)", (folder / "Pulumi.yaml").read_text())
    found: dict[str, Settings] = {}
    for file in sorted(folder.glob("Pulumi.*.yaml")):
        loaded = stackfile.load(file, project)
        if "failover" in loaded.config.get("cloudplatform:dns", ""):
            stack = file.name.split(".")[1]
            settings = read(loaded.config, project=project, stack=stack, secret_keys=loaded.secret_keys, file=file)
            if settings.dns and settings.dns.failover and settings.database:
                found[settings.dns.failover] = settings
    if found.keys() != {"primary", "secondary"}:
        raise RefusedError(f"{system} has no two stacks with dns.failover and a database")
    return found["primary"], found["secondary"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and print what is left to do."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["over", "fence", "prepare", "back"])
    parser.add_argument("--system", required=True)
    parser.add_argument("--lose", action="store_true", help="promote though more than the RPO may be lost")
    given = parser.parse_args(arguments)
    try:
        first, standby = (RegionalStack(session=boto3.Session(), settings=each) for each in stacks(given.system))
        account = standby.client("sts").get_caller_identity()["Account"]
        if account != standby.settings.account:
            raise RefusedError(f"these credentials are for {account}, not for {standby.settings.account}")
        match given.command:
            case "over":
                left = over(first, standby, status_of, lose=given.lose)
            case "fence":
                left = fence(first)
            case "prepare":
                left = prepare(first, standby)
            case _:
                left = back(first, standby, status_of)
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 2
    except (StoppedError, *AWS) as error:
        print(f"{error}\nRun the same command again: it goes on where it was.", file=sys.stderr)
        return 3
    print(*left or ["Done. Now the stack files must say what is so: failover.md, After."], sep="\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
