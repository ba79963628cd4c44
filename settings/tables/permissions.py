"""What a stack file may say about what a service's code may do, and where it may call."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.tables.table import SECRET_PATH, Complaint, Table, repeated


class ServiceBucketTable(Table):
    """What a service may do with the objects of a bucket, or of a part of it."""

    prefix: str | None = Field(
        default=None, pattern=r"^[a-z0-9][a-z0-9/_-]*/$", description="default: all objects", examples=["app/"]
    )
    may: tuple[Literal["get", "put", "delete"], ...] = Field(default=("get", "put"), min_length=1)

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("may",), self.may)


class ServiceDynamoTable(Table):
    """What a service may do with the items of a table."""

    may: tuple[Literal["read", "write"], ...] = Field(default=("read", "write"), min_length=1)

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("may",), self.may)


#: What a service's code may do beside its secrets, buckets, tables and metrics: each row's ARNs are this stack's.
Permission = Literal["cache-login", "database-login", "describe-database", "own-logs", "publish", "trace", "use-key"]
Reading = Annotated[str, Field(pattern=rf"^(\*|{SECRET_PATH})$", examples=["*", "app/jwt-secret"])]
Outward = Annotated[str, Field(pattern=r"^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3})/(tcp|udp)$", examples=["53/udp"])]


class ExecutionTable(Table):
    """The permissions of the execution roles, with which ECS starts tasks."""

    managed: bool = Field(
        default=False,
        description="AmazonECSTaskExecutionRolePolicy of AWS, which names no resources, in place of exact statements",
    )
    secrets: Literal["own", "all"] = Field(
        default="own",
        description="own: the secrets that a service's variables name; all: the stack's, which it may describe too",
    )
