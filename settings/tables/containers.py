"""What a stack file may say about a container: its image, what it is told, and how one sees that it works."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field

from settings.tables.files import Folder, MountTable
from settings.tables.routing import BalancingTable, RouteTable
from settings.tables.security import holds_secret
from settings.tables.table import Complaint, Path, Port, Table, Word, repeated

REPOSITORY = re.compile(
    r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[a-z0-9][a-z0-9._/-]*)[:@].+$"
)
#: Of anybody, for everybody: nobody has to log in, and nobody can from a network without a way out.
PUBLIC: Final = "public.ecr.aws/"
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100, examples=["LOG_LEVEL"])]
#: Fargate gives a task a network of its own, and nothing else of the kernel (ECS API reference, SystemControl).
Sysctl = Annotated[str, Field(pattern=r"^net\.[a-z0-9_]+(\.[a-z0-9_]+)+$", examples=["net.ipv4.tcp_keepalive_time"])]
FREE_PORTS: Final = "net.ipv4.ip_unprivileged_port_start"  #: the first port that a user other than root may listen on
ROOTS_PORTS: Final = 1024  #: the ports below are root's


class ImageTable(Table):
    """Where a container's image comes from: a repository of this stack or another, or a folder that is built here."""

    uri: str | None = Field(
        default=None,
        pattern=REPOSITORY.pattern + r"|^public\.ecr\.aws/[a-z0-9._-]+/[a-z0-9._/-]+[:@].+$",
        description="an image in ECR, or in its public gallery, with its tag or digest",
        examples=["123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1.4.2"],
    )
    repository: Word | None = Field(default=None, description="the word of one of this stack's repositories")
    tag: str = Field(
        default="latest",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        description="with repository: which of its images",
        examples=["1.4.2"],
    )
    build: str | None = Field(default=None, description="folder with a Dockerfile, built and pushed by `pulumi up`")

    def complaints(self) -> Iterator[Complaint]:
        if sum(value is not None for value in (self.uri, self.repository, self.build)) != 1:
            yield Complaint((), "an image has one origin; use exactly one of uri, repository and build")
        elif "tag" in self.model_fields_set and self.repository is None:
            yield Complaint(("tag",), "a tag goes with repository; remove it, or use repository")


class HealthTable(Table):
    """How the load balancer and ECS find out that a task works."""

    path: str = Field(default="/health", pattern=r"^/\S*$", description="what the load balancer asks for")
    status: str = Field(default="200", pattern=r"^\d{3}([,-]\d{3})*$", description="HTTP status that means healthy")
    interval: int = Field(default=30, ge=5, le=300, description="seconds between two checks")
    timeout: int = Field(default=5, ge=2, le=60, description="seconds after which a check has failed")
    healthy: int = Field(default=2, ge=2, le=10, description="checks in a row that make a task healthy")
    unhealthy: int = Field(default=3, ge=2, le=10, description="checks in a row that make it unhealthy")
    grace: int = Field(
        default=60, ge=0, le=300, description="seconds after a start in which failed checks do not count"
    )
    command: tuple[str, ...] | None = Field(
        default=None,
        description="what ECS runs in the container, exit 0 is healthy; default: it runs nothing",
        min_length=2,
        examples=[["CMD-SHELL", "curl -f http://127.0.0.1:8000/health"]],
    )

    def complaints(self) -> Iterator[Complaint]:
        if self.timeout >= self.interval:
            yield Complaint(("timeout",), f"a check must end before the next; use less than interval {self.interval}")
        if self.command and self.command[0] not in ("CMD", "CMD-SHELL"):
            yield Complaint(("command", 0), f"{self.command[0]!r} is not how ECS starts a check; use CMD or CMD-SHELL")


class ContainerTable(Table):
    """What one container runs, what it is told, and how it is reached."""

    image: ImageTable = Field(examples=[{"uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-api:1.4.2"}])
    command: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="what it runs, word by word; default: what the image says",
        examples=[["python", "worker.py"]],
    )
    port: Port | None = Field(
        default=None, description="where it listens; default: 8000 where requests reach it, else nowhere"
    )
    user: str = Field(
        default="10001:10001", pattern=r"^\d+(:\d+)?$", description="user and group id inside the container"
    )
    health: HealthTable = Field(default=HealthTable(), examples=[{"path": "/health"}])
    routes: dict[Word, RouteTable] = Field(default={}, examples=[{"api": {"hosts": ["api.example.com"]}}])
    balancing: BalancingTable = BalancingTable()
    environment: dict[Variable, str] = Field(
        default={}, description="settings that are no secrets", examples=[{"LOG_LEVEL": "info"}]
    )
    addresses: bool = Field(
        default=True,
        description="also give it ENVIRONMENT, and the addresses of what the service connects to; "
        "false: its environment is exactly what stands here",
    )
    secrets: dict[Variable, str] = Field(
        default={},
        description="variable: path of a secret, or path#key for one key of its JSON; {service} is its service's word",
        examples=[{"DATABASE_PASSWORD": "database/credentials#password"}],
    )
    sysctls: dict[Sysctl, str] = Field(
        default={}, description="parameters of the task's network, the same for all of its containers"
    )
    writable: tuple[Folder, ...] = Field(
        default=(), description="empty folders that it may write to, the rest of its files being read-only"
    )

    files: dict[Word, MountTable] = Field(default={}, description="file systems that it mounts, by word")

    @property
    def listens(self) -> int | None:
        """The port that it listens on: its own, or 8000 where requests reach it."""
        return self.port or (8000 if self.routes else None)

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("writable",), self.writable)
        yield from self._mounts()
        yield from _kept_apart(self.environment, self.secrets)
        if re.match(r"0+(:|$)", self.user):
            yield Complaint(("user",), f"{self.user!r} is root; use another user such as 10001:10001")
        first = self.sysctls.get(FREE_PORTS, str(ROOTS_PORTS))
        if not first.isdecimal():
            yield Complaint(("sysctls", FREE_PORTS), f'{first!r} is not a port; use the first free one, such as "0"')
        elif self.listens and self.listens < int(first):
            message = f"user {self.user} may not listen on a port below {first}; use {first} or more, or sysctls: "
            yield Complaint(("port",), message + f'{{{FREE_PORTS}: "{self.listens}"}}')

    def _mounts(self) -> Iterator[Complaint]:
        taken: dict[str, tuple[str, Path]] = dict.fromkeys(self.writable, ("a folder of writable", ("writable",)))
        for word, mount in self.files.items():
            if mount.at in taken:
                what, where = taken[mount.at]
                yield Complaint(("files", word, "at"), f"{what} is there too; use another folder", other=where)
            taken[mount.at] = f"the file system {word}", ("files", word, "at")


class SideTable(ContainerTable):
    """A container beside the first of a task."""

    essential: bool = Field(default=True, description="the task stops when it stops")
    cpu: int | None = Field(default=None, ge=1, description="of the task's CPU units, where limits are set")
    memory: int | None = Field(default=None, ge=6, description="of the task's memory, MiB, where limits are set")


class LogTable(Table):
    """How a service's containers write to its log group: the streams are called prefix/container/task."""

    prefix: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_./-]+$",
        max_length=100,
        description="what the names of its streams begin with; default: the container's name",
        examples=["ecs"],
    )
    datetime: str | None = Field(
        default=None,
        min_length=2,
        description="strftime pattern of a line that begins an event; default: every line is one",
        examples=["[%Y-%m-%d %H:%M:%S]"],
    )


def _kept_apart(environment: Mapping[str, str], secrets: Mapping[str, str]) -> Iterator[Complaint]:
    for name in sorted(environment.keys() & secrets.keys()):
        yield Complaint(("secrets", name), f"{name} is also in environment; keep it in one of the two")
    for name, value in environment.items():
        if holds_secret(name, value):
            message = "looks like a secret, and everybody can read an environment; "
            yield Complaint(("environment", name), message + "put it into a secret and name that under secrets")
