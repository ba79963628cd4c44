"""What a stack file may say about the load balancer, and about the requests that it passes on."""

from typing import Annotated

from pydantic import Field

from settings.tables.table import Table, Word

Host = Annotated[
    str, Field(pattern=r"^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", examples=["api.example.com"])
]


class RouteTable(Table):
    """Requests that reach a service through the load balancer; its key names what is made for it."""

    hosts: tuple[Host, ...] = Field(
        min_length=1, description="names in the stack's DNS zone; the certificate covers them"
    )


class LoadBalancerTable(Table):
    """The internet-facing load balancer: HTTPS in front of the services, HTTP only redirects."""

    tier: Word = Field(default="public", description="the tier whose subnets hold it")
    tls: str = Field(
        default="ELBSecurityPolicy-TLS13-1-2-2021-06",
        pattern=r"^ELBSecurityPolicy-.*(TLS13-1-[23]|TLS-1-2|FS-1-2)",
        description="the listener's security policy; TLS 1.2 or newer",
    )
    logs: Word = Field(description="the bucket that takes its access logs; its encryption must be s3")
    idle: int = Field(default=60, ge=1, le=4000, description="seconds after which a silent connection is closed")
    shield: bool = Field(
        default=False, description="Shield Advanced, to which the account subscribes by hand, for 3000 USD a month"
    )
