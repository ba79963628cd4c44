"""What a stack file may say about services, their cluster and the registry."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from settings.tables import fargate
from settings.tables.alarms import ServiceAlarmsTable
from settings.tables.connections import Connection
from settings.tables.containers import ContainerTable, LogTable, SideTable
from settings.tables.deployment import CanaryTable, DeploymentTable
from settings.tables.partial import partial_of
from settings.tables.permissions import (
    ExecutionTable,
    Outward,
    Permission,
    Reading,
    ServiceBucketTable,
    ServiceDynamoTable,
)
from settings.tables.routing import RouteTable
from settings.tables.scaling import CountTable, MixTable
from settings.tables.table import Complaint, LogDays, Path, Table, Tag, Word, repeated
from settings.tables.users import OWN_SERVICE
from settings.words import either


@dataclass(frozen=True, kw_only=True)
class TaskContainer:
    """One container of a service's tasks. Those with routes are the targets of the load balancer."""

    word: str  #: what is made for it is called so: the service's word, and after it that of a further container
    service: str
    name: str  #: in the task
    table: ContainerTable
    path: Path  #: of its table in the settings

    @property
    def secrets(self) -> dict[str, str]:
        """What it reads: variable and reference, with its own service's word in it."""
        return {name: each.replace(OWN_SERVICE, self.service) for name, each in self.table.secrets.items()}


class PlacedRoute(NamedTuple):
    """A route of the load balancer, and the container that gets its requests."""

    target: TaskContainer
    word: str
    route: RouteTable

    @property
    def path(self) -> Path:
        """Where it stands in the settings."""
        return (*self.target.path, "routes", self.word)


class ServiceTable(ContainerTable):
    """One service on Fargate: what its first container runs, how large, how many, and with whom it talks."""

    container: Word | None = Field(default=None, description="name of the first container; default: the service's")
    containers: dict[Word, SideTable] = Field(default={}, description="further containers of every task, by name")
    tier: Word = Field(default="private", description="the tier whose subnets hold its tasks")
    architecture: Literal["arm64", "x86-64"] = Field(
        default="x86-64", description="processors that its images are built for; arm64 is cheaper"
    )
    cpu: int = Field(description="CPU units of a task; 1024 is one vCPU", examples=[256])
    memory: int = Field(description="memory of a task, MiB", examples=[512])
    limits: bool = Field(
        default=False,
        description="limit each container to a part of that: what it says itself, and the first to the rest",
    )
    count: CountTable = Field(examples=[{"min": 1}])
    group: Word = Field(default="app", description="its security group; services may share one")
    capacity: Literal["on-demand", "spot", "mixed"] = Field(
        default="on-demand",
        description="spot is spare capacity, cheaper, that AWS may take back at two minutes' notice",
    )
    mix: MixTable | None = Field(default=None, description="how mixed capacity is divided")
    connects: tuple[Connection, ...] = Field(
        default=(), description="data stores that it opens connections to, and whose addresses it is given"
    )
    internet: bool = Field(
        default=False,
        description="may call HTTPS anywhere, through NAT; where nobody of its group may, its image, log and secrets "
        "come by network.endpoints",
    )
    internet_ports: tuple[Outward, ...] = Field(default=(), description="and what else it may call there")
    parameters: bool = Field(default=False, description="write the environment to Parameter Store as well")
    buckets: dict[Word, ServiceBucketTable] = Field(
        default={}, description="whose objects it may use", examples=[{"uploads": {}}]
    )
    tables: dict[Word, ServiceDynamoTable] = Field(default={}, description="whose items it may use")
    reads: tuple[Reading, ...] | None = Field(
        default=None,
        description="secrets that its code reads itself, by path, or * for all of the stack's; default: those that its "
        "variables name",
    )
    may: tuple[Permission, ...] = Field(default=(), description="what its code may do besides")
    metrics: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9/._-]+$",
        description="namespace of its own CloudWatch metrics",
        examples=["Shop/Api"],
    )
    emits: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$",
        max_length=200,
        description="source of the events that its code puts on the account's event bus",
        examples=["shop.api"],
    )
    shell: bool = Field(
        default=False, description="people with permission may open a shell in its tasks; what they do there is logged"
    )
    deployment: DeploymentTable = Field(examples=[{"owner": "program"}])
    drain: int = Field(default=30, ge=0, le=3600, description="seconds that a stopping task has to finish its requests")
    log: LogTable = LogTable()
    log_days: LogDays = 30
    archive: Word | None = Field(
        default=None, description="the bucket that keeps a copy of its log, as long as the bucket's own days say"
    )
    alarms: ServiceAlarmsTable = ServiceAlarmsTable()
    tags: dict[str, Tag] = Field(default={}, description="on the service and its tasks, beside those of all resources")

    def task_containers(self, word: str) -> tuple[TaskContainer, ...]:
        """The containers of a task, the first one first; `word` is the service's."""
        here: Path = ("services", word)
        first = TaskContainer(word=word, service=word, name=self.container or word, table=self, path=here)
        further = (
            TaskContainer(word=f"{word}-{name}", service=word, name=name, table=table, path=(*here, "containers", name))
            for name, table in sorted(self.containers.items())
        )
        return (first, *further)

    @property
    def canary(self) -> CanaryTable | None:
        """How its new versions prove themselves; None: they replace the old one task by task."""
        return self.deployment.canary if self.deployment.kind == "canary" else None

    def share(self, name: str) -> tuple[int, int] | None:
        """CPU units and MiB of a container that has a limit; `name` is a further one's, or else the first is meant."""
        if not self.limits:
            return None
        side = self.containers.get(name)
        if side:
            return side.cpu or 0, side.memory or 0
        taken = [(each.cpu or 0, each.memory or 0) for each in self.containers.values()]
        return self.cpu - sum(cpu for cpu, _ in taken), self.memory - sum(memory for _, memory in taken)

    def complaints(self) -> Iterator[Complaint]:
        yield from super().complaints()
        yield from self._size()
        yield from self._owner()
        yield from self._mix()
        yield from self._together()
        yield from self._shares()
        for name in ("connects", "internet_ports", "reads", "may"):
            yield from repeated((name.replace("_", "-"),), getattr(self, name) or ())
        if self.internet_ports and not self.internet:
            yield Complaint(("internet-ports",), "it needs a route to the internet; add internet: true, or remove this")

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

    def _mix(self) -> Iterator[Complaint]:
        if self.capacity == "mixed" and not self.mix:
            yield Complaint(("capacity",), "mixed capacity needs a mix; add mix: {base: 1, spot: 3}")
        if self.mix and self.capacity != "mixed":
            message = f"capacity is {self.capacity} alone; use capacity: mixed, or remove this"
            yield Complaint(("mix",), message)

    def _owner(self) -> Iterator[Complaint]:
        built = any(each.table.image.build for each in self.task_containers(""))
        if built and self.deployment.owner == "pipeline":
            yield Complaint(
                ("deployment", "owner"),
                "an image that `pulumi up` builds is deployed by it too; use program, or image: {uri: …}",
            )

    def _together(self) -> Iterator[Complaint]:
        """What the containers of a task share: its network, with one set of ports and parameters."""
        ports: dict[int, str] = {self.listens: "the first container"} if self.listens else {}
        sysctls = dict(self.sysctls)
        for name, side in sorted(self.containers.items()):
            here: Path = ("containers", name)
            if side.listens in ports:
                message = f"{ports[side.listens]} listens on {side.listens} too; give each container of a task its own"
                beside = ("containers", ports[side.listens]) if ports[side.listens] in self.containers else ()
                yield Complaint((*here, "port"), message, other=(*beside, "port"))
            elif side.listens:
                ports[side.listens] = name
            for key, value in side.sysctls.items():
                if sysctls.setdefault(key, value) != value:
                    message = f"another container of the task has {sysctls[key]!r}; use the same value in all"
                    yield Complaint((*here, "sysctls", key), message)
        if len(self.containers) >= fargate.CONTAINERS:
            message = f"ECS takes {fargate.CONTAINERS} containers a task; make two services of it"
            yield Complaint(("containers",), message)
        if sum(bool(each.table.routes) for each in self.task_containers("")) > fargate.TARGET_GROUPS:
            message = f"ECS takes {fargate.TARGET_GROUPS} containers with routes a service; make two services of it"
            yield Complaint(("containers",), message)

    def _shares(self) -> Iterator[Complaint]:
        for name, side in sorted(self.containers.items()):
            for word, value in (("cpu", side.cpu), ("memory", side.memory)):
                if self.limits and value is None:
                    message = f"limits give each container its {word}; add it, or remove limits"
                    yield Complaint(("containers", name, word), message)
                if not self.limits and value is not None:
                    message = "it needs limits: true; add that to the service, or remove this"
                    yield Complaint(("containers", name, word), message)
        cpu, memory = self.share("") or (1, 1)
        for word, left in (("cpu", cpu), ("memory", memory)):
            if left <= 0:
                yield Complaint((word,), f"the other containers take all of it, and the first gets {left}; use more")


@partial_of(ServiceTable)
class ServiceDefaultsTable(Table):
    """What the services have in common: each of them has what it does not say itself."""


class ClusterTable(Table):
    """The ECS cluster that the services run in."""

    insights: Literal["enabled", "enhanced", "disabled"] = Field(
        default="enabled", description="Container Insights: metrics of every task"
    )
    capacities: tuple[Literal["on-demand", "spot"], ...] = Field(
        default=("on-demand",), min_length=1, description="what its tasks may run on; what a service names is added"
    )
    execution: ExecutionTable = ExecutionTable()
    runtime_monitoring: bool = Field(
        default=False,
        description="its tasks may pull GuardDuty's agent, which starts beside each where the account's GuardDuty has "
        "the feature runtime; it reaches GuardDuty where a service has internet: true",
    )
    log_days: LogDays = Field(default=90, description="days that the log of shells in containers is kept, if any")
    events: Word | None = Field(
        default=None, description="the row of logs that takes what ECS tells of it and its tasks"
    )
    failed_deployments: bool = Field(default=False, description="a warning is sent when a service's deployment fails")


MovingTag = Annotated[str, Field(pattern=r"^[0-9A-Za-z._*-]{1,128}$")]


class RepositoryTable(Table):
    """A private registry for one image."""

    name: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9._/-]*$",
        description="physical name; default: by the pattern",
        examples=["shop/api"],
    )
    keep: int = Field(default=10, ge=1, description="images that are kept")
    keep_tags: tuple[str, ...] = Field(
        default=(),
        description="tags of the images that run, which are kept besides; and of the last releases, whose tags begin "
        "with one of them and a hyphen",
    )
    releases: int = Field(default=10, ge=1, description="releases that are kept for each of keep-tags")
    untagged_days: int = Field(default=7, ge=1, description="days after which an image without a tag is deleted")
    moving_tags: tuple[MovingTag, ...] = Field(
        default=(),
        max_length=5,
        description="tags that may move to another image, in which * stands for anything; then no other may; default: "
        "all may",
        examples=[["latest"]],
    )
    policy: bool = Field(
        default=False,
        description="a policy of its own: the services that run its image may pull, the pipeline may push; no deleting",
    )
    replicate_to: tuple[str, ...] = Field(default=(), description="regions that hold a copy of every image")
    encryption: Literal["key", "s3"] = Field(
        default="key", description="with the stack's key, or with S3's own; another one replaces the repository"
    )
