"""What a stack file may say about a container: its image, and how one sees that it works."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.tables.table import Complaint, Table

REPOSITORY = re.compile(
    r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[a-z0-9][a-z0-9._/-]*)[:@].+$"
)
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100, examples=["LOG_LEVEL"])]


class ImageTable(Table):
    """Where a container's image comes from: pushed by a pipeline, or built by this program."""

    uri: str | None = Field(
        default=None,
        pattern=REPOSITORY.pattern,
        description="an image in ECR, with its tag or digest",
        examples=["123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1.4.2"],
    )
    build: str | None = Field(default=None, description="folder with a Dockerfile, built and pushed by `pulumi up`")

    def complaints(self) -> Iterator[Complaint]:
        if (self.uri is None) == (self.build is None):
            yield Complaint((), "an image is either pulled or built; use exactly one of uri and build")


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
    command: tuple[str, ...] = Field(description="what ECS runs in the container; exit 0 is healthy", min_length=2)

    def complaints(self) -> Iterator[Complaint]:
        if self.timeout >= self.interval:
            yield Complaint(("timeout",), f"a check must end before the next; use less than interval {self.interval}")
        if self.command and self.command[0] not in ("CMD", "CMD-SHELL"):
            yield Complaint(("command", 0), f"{self.command[0]!r} is not how ECS starts a check; use CMD or CMD-SHELL")
