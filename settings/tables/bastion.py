"""What a stack file may say about bastions."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from settings.tables.connections import Connection
from settings.tables.table import Cidr, Complaint, Table, Word, repeated

SSH_PORT: Final = 22
#: The endpoints that Session Manager needs where there is no way out. An agent since version 3.3.40.0 takes messages
#: from the second in place of ec2messages (Systems Manager's guide, reference of the agent's API operations).
SESSIONS: Final = ("ssm", "ssmmessages")


class BastionTable(Table):
    """Hosts without a public address that people reach through Session Manager, and data stores through them."""

    tier: Word = Field(default="public", description="the tier whose subnets hold them")
    zones: int = Field(default=1, ge=1, description="how many zones, from the first, hold one")
    instance_class: str = Field(
        default="t4g.nano", alias="class", pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", description="instance type"
    )
    image: str = Field(
        pattern=r"^ami-([0-9a-f]{8}|[0-9a-f]{17})$",
        description="the region's AMI of Amazon Linux 2023 for the type's processor; another one replaces the hosts",
        examples=["ami-0123456789abcdef0"],
    )
    connects: tuple[Connection, ...] = Field(default=(), description="data stores that they may connect to")
    admits: tuple[Cidr, ...] = Field(
        default=(),
        description="addresses that may open SSH to them, too (needs a policy exemption); default: none, as Session "
        "Manager needs none",
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("connects",), self.connects)
        yield from repeated(("admits",), self.admits)
        for index, cidr in enumerate(self.admits):
            if not cidr.prefixlen:
                yield Complaint(("admits", index), "nobody but known addresses may try; name those of your network")
