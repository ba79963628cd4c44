"""What a stack file may say about services, functions, their cluster and the registry."""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from settings.tables import fargate
from settings.tables.connections import Connection
from settings.tables.containers import HealthTable, ImageTable, Variable
from settings.tables.operations import ServiceAlarmsTable
from settings.tables.routing import RouteTable
from settings.tables.security import holds_secret
from settings.tables.table import Complaint, LogDays, Port, Table, Word, repeated
from settings.words import either


class CountTable(Table):
    """How many tasks run, and what makes their number change."""

    min: int = Field(default=1, ge=0, description="tasks that always run, and the number at the first deployment")
    max: int = Field(ge=1)
    cpu: int | None = Field(default=None, ge=10, le=90, description="average CPU to aim at, percent")
    requests: int | None = Field(default=None, ge=1, description="requests a minute and task to aim at")
    wait_out: int = Field(default=60, ge=0, le=3600, description="seconds after scaling out before the next time")
    wait_in: int = Field(default=300, ge=0, le=3600, description="seconds after scaling in before the next time")

    def complaints(self) -> Iterator[Complaint]:
        if self.max <= self.min:
            yield Complaint(("max",), f"scaling needs room above min {self.min}; use {self.min + 1} or more")
        if self.cpu is None and self.requests is None:
            yield Complaint((), "nothing says when to scale; use cpu, requests or both")


class DeploymentTable(Table):
    """How a new version replaces the old one, and who starts it."""

    kind: Literal["rolling"] = "rolling"
    owner: Literal["pipeline", "program"] = Field(
        description="who says which task definition runs: a CI pipeline, or `pulumi up`"
    )
    min: int = Field(default=50, ge=0, le=100, description="percent of the tasks that stay healthy meanwhile")
    max: int = Field(default=200, ge=101, le=400, description="percent of the tasks that may run meanwhile")


class ServiceBucketTable(Table):
    """The part of a bucket where a service may get and put objects."""

    prefix: str = Field(pattern=r"^[a-z0-9][a-z0-9/_-]*/$", examples=["app/"])


class ServiceTable(Table):
    """One service on Fargate: what it runs, how large, how many, and with whom it talks."""

    image: ImageTable
    tier: Word = Field(default="private", description="the tier whose subnets hold its tasks")
    port: Port | None = Field(
        default=None, description="where it listens; default: 8000 where requests reach it, else nowhere"
    )
    cpu: int = Field(description="CPU units of a task; 1024 is one vCPU")
    memory: int = Field(description="memory of a task, MiB")
    user: str = Field(
        default="10001:10001", pattern=r"^\d+(:\d+)?$", description="user and group id inside the container"
    )
    count: CountTable
    health: HealthTable
    routes: dict[Word, RouteTable] = {}
    group: Word = Field(default="app", description="its security group; services may share one")
    capacity: Literal["on-demand", "spot"] = Field(
        default="on-demand",
        description="spot is spare capacity, cheaper, that AWS may take back at two minutes' notice",
    )
    connects: tuple[Connection, ...] = Field(
        default=(), description="data stores that it opens connections to, and whose addresses it is given"
    )
    internet: bool = Field(default=False, description="may call HTTPS anywhere, through NAT")
    environment: dict[Variable, str] = Field(default={}, description="settings that are no secrets")
    parameters: bool = Field(default=False, description="write the environment to Parameter Store as well")
    secrets: dict[Variable, str] = Field(
        default={}, description="variable: path of a secret, or path#key for one key of its JSON"
    )
    buckets: dict[Word, ServiceBucketTable] = Field(default={}, description="where it may get and put objects")
    metrics: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9/._-]+$",
        description="namespace of its own CloudWatch metrics",
        examples=["Shop/Api"],
    )
    shell: bool = Field(
        default=False, description="people with permission may open a shell in its tasks; what they do there is logged"
    )
    deployment: DeploymentTable
    drain: int = Field(default=30, ge=0, le=3600, description="seconds that a leaving task may finish its requests")
    log_days: LogDays = 30
    archive: Word | None = Field(default=None, description="the bucket that keeps its log for as long as that does")
    alarms: ServiceAlarmsTable = ServiceAlarmsTable()

    @property
    def listens(self) -> int | None:
        """The port that it listens on: its own, or 8000 where requests reach it."""
        return self.port or (8000 if self.routes else None)

    def complaints(self) -> Iterator[Complaint]:
        yield from self._size()
        yield from self._owner()
        yield from repeated(("connects",), self.connects)
        for name in sorted(self.environment.keys() & self.secrets.keys()):
            message = f"{name} is also in environment; keep it in one of the two"
            yield Complaint(("secrets", name), message)
        for name, value in self.environment.items():
            if holds_secret(name, value):
                message = "looks like a secret, and everybody can read an environment; "
                yield Complaint(("environment", name), message + "put it into a secret and name that under secrets")
        if re.match(r"0+(:|$)", self.user):
            yield Complaint(("user",), f"{self.user!r} is root; use another user such as 10001:10001")

    def _size(self) -> Iterator[Complaint]:
        if fargate.offers(self.cpu, self.memory):
            return
        if self.cpu not in fargate.SIZES:
            fitting = fargate.cpus_for(self.memory)
            use = f"with {self.memory} MB use {either(fitting)}" if fitting else f"use {either(fargate.SIZES)}"
            yield Complaint(("cpu",), f"{self.cpu} is not a Fargate size; {use}")
        else:
            sizes = fargate.memories_for(self.cpu)
            near = sorted(sizes, key=lambda size: abs(size - self.memory))[:3]
            yield Complaint(
                ("memory",), f"{self.memory} MB does not go with cpu {self.cpu}; use {either(sorted(near))}"
            )

    def _owner(self) -> Iterator[Complaint]:
        owner = self.deployment.owner
        if self.image.build is not None and owner == "pipeline":
            yield Complaint(
                ("deployment", "owner"),
                "an image that `pulumi up` builds is deployed by it too; use program, or image: {uri: …}",
            )


class ClusterTable(Table):
    """The ECS cluster that the services run in."""

    insights: Literal["enabled", "enhanced"] = Field(
        default="enabled", description="Container Insights: metrics of every task"
    )
    log_days: LogDays = Field(default=90, description="days that the log of shells in containers is kept, if any")


class FunctionsTable(Table):
    """What all functions on Lambda have in common."""

    log_days: LogDays = Field(default=30, description="days that their logs are kept")
    reserve: bool = Field(
        default=True,
        description="keep as many runs for each as it may have side by side; false while the account's whole limit "
        "is so low that Lambda refuses it (`aws lambda get-account-settings`)",
    )


class RepositoryTable(Table):
    """A private registry for one image."""

    name: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9._/-]*$",
        description="physical name, if not the pattern's",
        examples=["shop/api"],
    )
    keep: int = Field(default=10, ge=1, description="images that are kept")
    keep_tags: tuple[str, ...] = Field(
        default=(), description="tag prefixes of images that are kept besides, one of each"
    )
    untagged_days: int = Field(default=7, ge=1, description="days after which an image without a tag goes")
    replicate_to: tuple[str, ...] = Field(default=(), description="regions that hold a copy of every image")
