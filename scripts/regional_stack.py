"""A stack of two that fail over, in its region: its database, its services, its names."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from settings.settings import Settings

PATIENT: Final = Config(retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5)
ABSENT: Final = ("DBInstanceNotFound", "DBInstanceNotFoundFault")


class RefusedError(Exception):
    """Nothing was changed, and the message says what is in the way."""


class StoppedError(Exception):
    """Something was changed, and the rest was not: run the command again."""


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far a replica was behind."""

    at: datetime
    seconds: float

    def has(self, written: datetime) -> bool:
        """Whether it had then what was written at a time, or before."""
        return self.at - timedelta(seconds=self.seconds) >= written


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

    @property
    def copies(self) -> list[str]:
        """The names of the secrets that are copies of another region's, as the stack file says; there they are the
        same."""
        table = self.settings.database
        assert table  # stacks() sees to it
        users = table.users.copies if table.users else {}
        arns = [table.secret.arn, *users.values(), *(each.arn for each in self.settings.secrets.values())]
        return [name_of(arn) for arn in arns if arn]

    def secret(self, name: str) -> str:
        """What a secret says now."""
        return self.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]

    def copied(self, name: str) -> bool:
        """Whether a secret here is written in another region."""
        own = self.settings.region
        return self.described(name).get("PrimaryRegion", own) != own

    def described(self, name: str) -> dict[str, Any]:
        """A secret as Secrets Manager describes it."""
        return self.client("secretsmanager").describe_secret(SecretId=name)

    def detach(self) -> list[str]:
        """Make the copies secrets of this region's own, so that nothing that happens to the others reaches them: the
        first region's functions go on to renew passwords there, of a database that is given up. Gives what is amiss.
        """
        complaints: list[str] = []
        for name in self.copies:
            try:
                if self.copied(name):
                    self.client("secretsmanager").stop_replication_to_replica(SecretId=name)
            except ClientError as error:
                complaints.append(f"{self.settings.stack}: {name} is no secret of its own: {error}")
        return complaints

    def database(self, name: str = "") -> dict[str, Any] | None:
        """A database as RDS describes it, the stack's own by default; None: it is not there."""
        try:
            return self.client("rds").describe_db_instances(DBInstanceIdentifier=name or self.name)["DBInstances"][0]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                return None
            raise

    def lag(self) -> "Lag | None":
        """What the replica said last of how far it is behind, within ten minutes; None: nothing, or that it does not
        follow, which RDS says by a negative figure."""
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
        said = [Lag(at=each["Timestamp"], seconds=each["Maximum"]) for each in points]
        last = max(said, key=lambda each: each.at, default=None)
        return last if last and last.seconds >= 0 else None

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
        """Let each service have so many tasks at least; none: none at all, whatever its load.

        One that AWS refuses keeps it from none of the others.
        """
        refused: list[ClientError] = []
        for word, least in counts.items():
            try:
                self._scale(word, least, config)
            except ClientError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _scale(self, word: str, least: int, config: Config) -> None:
        cluster, most = self.settings.names.of("ecs-cluster"), self.settings.services[word].count.max
        service = self.settings.names.of("ecs-service", word)
        if most is not None:
            self.client("application-autoscaling", config).register_scalable_target(
                ServiceNamespace="ecs",
                ResourceId=f"service/{cluster}/{service}",
                ScalableDimension="ecs:service:DesiredCount",
                MinCapacity=least,
                MaxCapacity=max(least, most) if least else 0,
            )
        self.client("ecs", config).update_service(cluster=cluster, service=service, desiredCount=least)

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


def name_of(secret: str) -> str:
    """A secret's name, which its ARN ends in, with six characters of AWS's choice."""
    return secret.split(":", 6)[6].rpartition("-")[0]


def is_replica(database: Mapping[str, Any] | None) -> bool:
    """Whether it follows another; that there is none stops everything."""
    if database is None:
        raise StoppedError("the database is not there")
    return bool(database.get("ReadReplicaSourceDBInstanceIdentifier"))
