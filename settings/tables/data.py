"""What a stack file may say about databases, caches and tables."""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from settings.tables import windows
from settings.tables.engines import ENGINES, Engine, RecordSeconds, major
from settings.tables.regions import DatabaseSourceTable, SecretArn
from settings.tables.table import TIME, Complaint, LogDays, SecretPath, Table, Word, repeated
from settings.tables.users import UsersTable
from settings.words import either

DAY = "(mon|tue|wed|thu|fri|sat|sun)"
WEEKLY = rf"^{DAY}:{TIME}-{DAY}:{TIME}$"
CLASS = r"^db\.[a-z0-9-]+\.[a-z0-9]+$"
CACHE_PORT = 6379
#: The parameter that makes a cluster of a cache; what says `shards` sets it.
CLUSTERED = "cluster-enabled"
CLUSTER_NODES = 90  #: in one cluster, before AWS is asked for more (ElastiCache's quotas)


class StorageTable(Table):
    """A database's disk."""

    initial: int = Field(default=20, ge=20, le=65536, description="GiB at the start")
    max: int = Field(default=100, ge=20, le=65536, description="GiB up to which it grows by itself")
    kind: Literal["gp2", "gp3"] = "gp3"

    def complaints(self) -> Iterator[Complaint]:
        if self.max < self.initial * 1.1:
            # RDS refuses a maximum that is less than 10 % above the allocated storage.
            message = f"no room to grow above initial {self.initial}; use {-(-self.initial * 11 // 10)} or more"
            yield Complaint(("max",), message)


class CredentialsTable(Table):
    """The secret that opens a data store."""

    path: SecretPath = Field(description="its name is /<environment>/<path>")
    rotate_days: int | None = Field(
        default=None, ge=1, le=1000, description="days after which a function renews it; default: people do"
    )
    rotate_hours: int | None = Field(
        default=None, ge=1, le=24, description="hours of that day, UTC, in which it may; default: all of them"
    )

    def complaints(self) -> Iterator[Complaint]:
        if self.rotate_hours and not self.rotate_days:
            yield Complaint(("rotate-hours",), "no function renews it; add rotate-days, or remove this")


class DatabaseSecretTable(CredentialsTable):
    """The secret that opens a database, with a generated password."""

    form: Literal["json", "rds", "url"] = Field(
        default="json",
        description="json: engine, host, port, username, password, database and dbname; rds: these without database, "
        "as AWS's own functions write them; url: one text, as drivers take it",
    )
    length: int = Field(
        default=32, ge=32, le=128, description="characters of the password, which are letters and digits"
    )
    arn: SecretArn | None = Field(
        default=None,
        description="of a database that began as a replica: the copy here of its source's secret; none is made then",
    )

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its JSON; none if it is one text."""
        own = () if self.form == "rds" else ("database",)
        return () if self.form == "url" else (*own, "dbname", "engine", "host", "password", "port", "username")

    def complaints(self) -> Iterator[Complaint]:
        yield from super().complaints()
        for field in ("form", "length", "rotate_days") if self.arn else ():
            if field in self.model_fields_set:
                message = "the secret is a copy of another stack's, which decides this; remove it, or arn"
                yield Complaint((field.replace("_", "-"),), message)


class CacheSecretTable(CredentialsTable):
    """The secret that opens a cache, with a generated AUTH token."""

    form: Literal["token", "url"] = Field(
        default="token", description="token: it alone; url: rediss://:<token>@<host>:<port>, as clients take it"
    )
    database: int | None = Field(
        default=None, ge=0, le=15, description="number of the database at the end of the url; default: none, which is 0"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from super().complaints()
        if self.database is not None and self.form != "url":
            yield Complaint(("database",), "only a url ends in it; use form: url, or remove this")


class ReadReplicaTable(Table):
    """A read replica of the database: services find it as DATABASE_<WORD>_HOST, with the database's own secret."""

    instance_class: str | None = Field(
        default=None,
        alias="class",
        pattern=CLASS,
        description="instance class; default: the database's",
        examples=["db.r6g.large"],
    )


class DatabaseTable(Table):
    """A relational database on RDS, in subnets without a route out."""

    engine: Literal["postgres", "mysql"] = "postgres"
    source: DatabaseSourceTable | None = Field(
        default=None, description="the database in another region whose read replica this is; removed: it is promoted"
    )
    version: str = Field(
        pattern=r"^\d+(\.\d+){0,2}$",
        description="engine version; the major alone if AWS upgrades minors",
        examples=["15"],
    )
    instance_class: str = Field(default="db.t3.micro", alias="class", pattern=CLASS, description="instance class")
    storage: StorageTable = Field(default=StorageTable(), examples=[{"initial": 20, "max": 100}])
    tier: Word = Field(default="data", description="the tier whose subnets hold it")
    name: str | None = Field(
        default="app",
        pattern=r"^[a-z][a-z0-9_]*$",
        max_length=63,
        examples=["app"],
        description="name of the first database, of a replica that of its source; null: none beside the engine's own",
    )
    user: str = Field(
        default="app_admin", pattern=r"^[a-z][a-z0-9_]*$", max_length=16, description="name of the master user"
    )
    port: int | None = Field(default=None, ge=1150, le=65535, description="default: the engine's own")
    password: Literal["generated", "managed"] = Field(
        default="generated", description="kept in a secret of this stack, or made and kept by RDS"
    )
    secret: DatabaseSecretTable = Field(
        default=DatabaseSecretTable(path="database/credentials"), description="with user, password, host and port"
    )
    users: UsersTable | None = Field(
        default=None, description="a user for each service that connects; default: the secret's, for all of them"
    )
    parameters: dict[str, str] = Field(default={}, description="engine parameters beside those that force TLS")
    logs: tuple[Literal["postgresql", "upgrade", "error", "general", "slowquery", "audit"], ...] | None = Field(
        default=None,
        description="logs that CloudWatch gets; default: postgresql, or error and slowquery of mysql",
    )
    logins: bool = Field(default=False, description="users may log in with an IAM role in place of a password")
    multi_az: bool = Field(default=False, description="a standby in another zone")
    replicas: dict[Word, ReadReplicaTable] = Field(
        default={}, max_length=15, description="read replicas in this region, by words that tell them apart"
    )
    backup_days: int = Field(default=7, ge=1, le=35, description="days to which it can be restored, to the second")
    backup_window: str = Field(default="03:00-04:00", pattern=rf"^{TIME}-{TIME}$", description="UTC")
    maintenance_window: str = Field(default="sun:04:30-sun:05:30", pattern=WEEKLY, description="UTC")
    minor_upgrades: bool = Field(
        default=True, description="let AWS upgrade the minor version in the maintenance window"
    )
    apply: Literal["now", "window"] | None = Field(
        default=None,
        description="when RDS makes a change for which it must restart, such as of class or version: now, or in the "
        "maintenance window; default: now, in a protected stack window",
    )
    insights: bool = Field(default=False, description="Performance Insights, with the free seven days")
    monitoring: RecordSeconds = Field(default=60, description="seconds between two enhanced-monitoring records")
    deletion_protection: bool | None = Field(default=None, description="default: the posture's")
    export_to: Word | None = Field(default=None, description="the bucket that takes exported snapshots")
    log_days: LogDays = 30

    @property
    def of(self) -> Engine:
        """What is known of its engine."""
        return ENGINES[self.engine]

    @property
    def listens(self) -> int:
        """The port that it listens on."""
        return self.port or self.of.port

    def class_of(self, replica: str) -> str:
        """The instance class of a replica."""
        return self.replicas[replica].instance_class or self.instance_class

    @property
    def major(self) -> str:
        """The engine's major version."""
        return major(self.of, self.version) or self.version

    @property
    def database(self) -> str:
        """The database that clients open: the first, or the engine's own."""
        return self.name or self.of.own

    @property
    def exported(self) -> tuple[str, ...]:
        """The logs that CloudWatch gets."""
        return self.of.exported if self.logs is None else self.logs

    def complaints(self) -> Iterator[Complaint]:
        yield from self._version()
        yield from self._secret()
        yield from self._origin()
        yield from self._connections()
        yield from windows.complaints("RDS", "backup-window", self.backup_window, self.maintenance_window)
        if self.user in self.of.reserved or (self.user.startswith("pg_") and self.engine == "postgres"):
            yield Complaint(
                ("user",), f"RDS or {self.engine} keeps {self.user} for itself; use another such as app_admin"
            )
        if self.name == self.of.own:
            yield Complaint(("name",), f"{self.engine} brings a database {self.name} itself; use null")
        for index, log in enumerate(self.logs or ()):
            if log not in self.of.logs:
                yield Complaint(("logs", index), f"{self.engine} writes no {log} log; use {either(self.of.logs)}")
        yield from repeated(("logs",), self.logs or ())
        for name in self.of.tls:
            if name in self.parameters:
                yield Complaint(("parameters", name), "TLS 1.2 is always required here; remove the parameter")

    def _version(self) -> Iterator[Complaint]:
        engine, example, found = self.engine, self.of.example, major(self.of, self.version)
        if found is None:
            message = f'{self.version} is no version of {engine}; use "{example}" or a minor version of it'
            yield Complaint(("version",), message)
        elif found in self.of.ended:
            yield Complaint(("version",), f'{engine} {found} is out of standard support; use "{example}"')
        elif self.minor_upgrades and found != self.version:
            message = f"AWS upgrades minor versions here, so {self.version} would soon be a downgrade; "
            yield Complaint(("version",), message + f'use "{found}", or minor-upgrades: false')

    def _origin(self) -> Iterator[Complaint]:
        """Of what a replica has from its source, and keeps when it is promoted, nothing can be said here."""
        if self.source and not self.secret.arn:
            message = "a replica has its source's users; add arn, that of the copy here of the source's secret"
            yield Complaint(("secret", "arn"), message)
        for field in ("user", "password") if self.source or self.secret.arn else ():
            if field in self.model_fields_set:
                yield Complaint((field,), f"a replica has its source's {field}, and AWS takes no other; remove this")

    def _connections(self) -> Iterator[Complaint]:
        """Of a number only: RDS works out formulas itself."""
        given, (least, most) = self.parameters.get("max_connections", ""), self.of.connections
        if given.isdecimal() and (len(given) > len(str(most)) or not least <= int(given) <= most):
            message = f"RDS takes {least} to {most} connections for {self.engine}; use a number of these"
            yield Complaint(("parameters", "max_connections"), message)

    def _secret(self) -> Iterator[Complaint]:
        if self.password == "managed" and self.secret.rotate_days:
            yield Complaint(("secret", "rotate-days"), "RDS renews a password that it manages; remove this")
        if self.password == "managed" and self.users:
            message = "the function that makes them logs in with a secret of this stack; use password: generated"
            yield Complaint(("users",), message)
        if self.password == "managed" and self.secret.form != "json":
            message = "RDS makes the secret of a password that it manages; remove this, or use password: generated"
            yield Complaint(("secret", "form"), message)
        if self.secret.length > self.of.password_limit:
            message = f"RDS takes at most {self.of.password_limit} characters for {self.engine}; use that or less"
            yield Complaint(("secret", "length"), message)


class CacheTable(Table):
    """An in-memory store on ElastiCache, in subnets without a route out."""

    engine: Literal["redis", "valkey"] = "redis"
    version: str = Field(pattern=r"^\d+\.\d+$", description="engine version, major and minor", examples=["7.1"])
    node: str = Field(
        pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$", description="node type of every member", examples=["cache.t3.micro"]
    )
    tier: Word = Field(default="data", description="the tier whose subnets hold it")
    shards: int | None = Field(
        default=None,
        ge=1,
        le=CLUSTER_NODES,
        description="parts that the keys are divided into, each with a primary and its replicas (cluster mode), for "
        "clients that speak its protocol; only for a new cache; default: one node holds all keys",
    )
    replicas: int = Field(default=0, ge=0, le=5, description="read replicas beside the primary, of each shard")
    failover: bool = Field(default=False, description="promote a replica in another zone when the primary fails")
    snapshot_days: int = Field(default=0, ge=0, le=35, description="days that daily snapshots are kept; 0 keeps none")
    snapshot_window: str = Field(default="03:00-04:00", pattern=rf"^{TIME}-{TIME}$", description="UTC")
    maintenance_window: str = Field(default="sun:05:00-sun:06:00", pattern=WEEKLY, description="UTC")
    minor_upgrades: bool = Field(
        default=True, description="let AWS upgrade the minor version in the maintenance window"
    )
    parameters: dict[str, str] = Field(default={}, description="engine parameters")
    secret: CacheSecretTable = Field(
        default=CacheSecretTable(path="cache/auth-token"), description="with the AUTH token"
    )

    @property
    def listens(self) -> int:
        """The port that it listens on."""
        return CACHE_PORT

    @property
    def family(self) -> str:
        """The parameter group family, as ElastiCache names it."""
        return f"{self.engine}{self.version.split('.')[0]}"

    def complaints(self) -> Iterator[Complaint]:
        if self.failover and not self.replicas:
            yield Complaint(
                ("failover",), "there is no replica to promote; use replicas: 1 or more, or failover: false"
            )
        yield from self._cluster()
        if self.snapshot_days:
            both = self.snapshot_window, self.maintenance_window
            yield from windows.complaints("ElastiCache", "snapshot-window", *both)
        elif "snapshot_window" in self.model_fields_set:
            yield Complaint(("snapshot-window",), "no snapshots are made; add snapshot-days, or remove this")
        if self.engine == "redis" and not re.match(r"^7\.", self.version):
            yield Complaint(
                ("version",), f'Redis {self.version} is not offered to new groups; use "7.1" or engine: valkey'
            )

    def _cluster(self) -> Iterator[Complaint]:
        """What cluster mode needs, and lacks: ElastiCache's guide, replication with cluster mode; Redis's, SELECT."""
        if CLUSTERED in self.parameters:
            yield Complaint(("parameters", CLUSTERED), "shards say whether it is a cluster; use them, or remove this")
        if not self.shards:
            return
        if not self.failover:
            message = "a cluster always promotes a replica; use failover: true with replicas: 1 or more"
            yield Complaint(("failover",), message + ", or remove shards")
        if self.shards * (1 + self.replicas) > CLUSTER_NODES:
            message = f"{self.shards * (1 + self.replicas)} nodes, and AWS allows a cluster {CLUSTER_NODES}; use fewer"
            yield Complaint(("shards",), message)
        if self.secret.database:
            yield Complaint(("secret", "database"), "a cluster has the database 0 alone; remove this, or shards")


class DynamoTable(Table):
    """A DynamoDB table: encrypted with the stack's key, paid by request, restorable to the second."""

    name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.-]{3,255}$",
        description="physical name; default: by the pattern",
        examples=["shop-orders"],
    )
    hash: str = Field(description="name of the partition key, a string", examples=["LockID"])
