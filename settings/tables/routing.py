"""What a stack file may say about the load balancer, and about the requests that it passes on."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.table import Complaint, Table, Word, repeated

Host = Annotated[
    str, Field(pattern=r"^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", examples=["api.example.com"])
]
#: What an Application Load Balancer compares a path with (its user guide, "Add a listener rule").
PathPattern = Annotated[
    str, Field(pattern=r"""^/[A-Za-z0-9_.$/~"'@:+&*?-]*$""", max_length=128, examples=["/api/*"])
]  # fmt: skip
#: How many values AWS compares a request with ("Listener rules for your Application Load Balancer").
A_CONDITION: Final = 3
A_RULE: Final = 5
LAST: Final = 50_000  #: the last priority that a rule may have


class RouteTable(Table):
    """Requests that reach a container through the load balancer; its key names what is made for it."""

    hosts: tuple[Host, ...] = Field(
        min_length=1, description="names in the stack's DNS zone; the certificate covers them"
    )
    paths: tuple[PathPattern, ...] = Field(
        default=(), description="paths of those hosts, with * and ?; default: all", max_length=A_CONDITION
    )
    order: int | None = Field(
        default=None,
        ge=1,
        le=LAST - 1,
        description="priority: of the routes that match a request the lowest takes it; default: after all others",
    )

    @property
    def place(self) -> int:
        """The priority of its rule, where it has one."""
        return LAST if self.order is None else self.order

    @property
    def values(self) -> int:
        """How many values AWS compares a request with."""
        return len(self.hosts) + len(self.paths)

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("hosts",), self.hosts)
        yield from repeated(("paths",), self.paths)
        if self.order is None:
            if self.paths:
                yield Complaint((), "a route by path needs an order; add it, such as order: 10")
            return
        if len(self.hosts) > A_CONDITION:
            yield Complaint(("hosts",), f"AWS takes {A_CONDITION} hosts a rule; make two routes of it")
        elif self.values > A_RULE:
            yield Complaint((), f"AWS takes {A_RULE} hosts and paths a rule, not {self.values}; make two routes of it")


class BalancingTable(Table):
    """How the load balancer chooses among the tasks behind one target group."""

    cross_zone: bool | None = Field(
        default=None, description="tasks of all zones, or of the caller's alone; default: the load balancer's, all"
    )
    sticky_seconds: int = Field(
        default=0, ge=0, le=604_800, description="how long a caller stays with a task, by a cookie; 0: not at all"
    )


class LoadBalancerTable(Table):
    """The internet-facing load balancer: HTTPS in front of the services; HTTP only redirects, or is not there."""

    tier: Word = Field(default="public", description="the tier whose subnets hold it")
    otherwise: Literal["404"] | Word | None = Field(
        default=None,
        description='who gets requests that no route takes: a service, or nobody ("404"); '
        "default: the one service with routes",
    )
    http: Literal["redirect", "none"] = Field(
        default="redirect", description="what port 80 does: send callers to HTTPS, or not exist"
    )
    egress: Literal["targets", "anywhere"] = Field(
        default="targets", description="where its security group lets it connect to: its targets, or anywhere"
    )
    tls: str = Field(
        default="ELBSecurityPolicy-TLS13-1-2-2021-06",
        pattern=r"^ELBSecurityPolicy-.*(TLS13-1-[23]|TLS-1-2|FS-1-2)",
        description="the listener's security policy; TLS 1.2 or newer",
    )
    logs: Word = Field(
        description="the bucket that takes its access logs; its encryption must be s3", examples=["access-logs"]
    )
    idle: int = Field(default=60, ge=1, le=4000, description="seconds after which an idle connection is closed")
    shield: bool = Field(
        default=False, description="Shield Advanced, to which the account subscribes by hand, for 3000 USD a month"
    )
