"""What a stack file may say about how a new version of a service replaces the old one."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.table import Complaint, Table

DAY: Final = 1440  #: minutes: the longest that ECS waits before either step
#: What people and functions ask for: without the patterns of a route.
PlainPath = Annotated[
    str, Field(pattern=r"^/[A-Za-z0-9_.$/~@:+&-]*$", max_length=128, examples=["/orders/health"])
]  # fmt: skip


class CanaryTable(Table):
    """A new version that gets a part of the requests before the rest: its tests first, then this, then all."""

    percent: float = Field(default=10, ge=0.1, le=50, description="of the requests, that go to it at first")
    minutes: int = Field(default=30, ge=0, le=DAY, description="minutes until the rest follows")
    keep_minutes: int = Field(
        default=DAY, ge=0, le=DAY, description="minutes that the old version is kept after that, for the way back"
    )
    test: PlainPath | None = Field(
        default=None,
        description="what its test asks it for; default: its health path, below its route's path where it has one",
    )


class DeploymentTable(Table):
    """How a new version replaces the old one, and who starts it."""

    kind: Literal["rolling", "canary"] = Field(
        default="rolling",
        description="task by task; or beside the old version, which stays until the new one has proved itself",
    )
    owner: Literal["pipeline", "program"] = Field(
        description="who says which task definition runs: a CI pipeline, or `pulumi up`"
    )
    min: int = Field(default=50, ge=0, le=100, description="percent of the tasks that stay healthy meanwhile")
    max: int = Field(default=200, ge=101, le=400, description="percent of the tasks that may run meanwhile")
    canary: CanaryTable = CanaryTable()

    def complaints(self) -> Iterator[Complaint]:
        if self.kind != "canary" and "canary" in self.model_fields_set:
            yield Complaint(("canary",), f"the deployment is {self.kind}; use kind: canary, or remove this")
