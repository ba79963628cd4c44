"""What a stack file may say about pipelines on CodePipeline: a source, an image, and the services that run it."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from settings.tables.delivery import REPOSITORY
from settings.tables.table import Complaint, LogDays, SecretPath, Table, Word, repeated

#: How many actions a stage takes, all of them side by side ("Quotas in AWS CodePipeline").
ACTIONS: Final = 50
Command = Annotated[str, Field(min_length=1, examples=["make test"])]


class SourceTable(Table):
    """Where the code is: a repository on GitHub, by a connection that a person approves once."""

    repository: str = Field(pattern=REPOSITORY, description="with its owner", examples=["your-org/your-repo"])
    branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="the protected branch, whose pushes start it"
    )


class ImagePipelineTable(Table):
    """One pipeline: it tests, builds and scans an image, and deploys it to services."""

    source: SourceTable
    builds: Word = Field(description="the repository that it pushes the image to")
    folder: str = Field(
        default=".", pattern=r"^[A-Za-z0-9._/-]+$", description="of the source, where the Dockerfile is"
    )
    unit: tuple[Command, ...] = Field(min_length=1, description="commands that test the source")
    integration: tuple[Command, ...] = Field(
        min_length=1, description="commands that test the image, whose name is in IMAGE"
    )
    snyk: SecretPath = Field(description="the secret that holds Snyk's token")
    artifacts: Word = Field(description="the bucket that its stages hand their results on in")
    approval: bool = Field(default=False, description="a person says yes before it deploys")
    deploys: tuple[Word, ...] = Field(
        default=(), description="services that run the image; default: all that a pipeline deploys"
    )
    minutes: int = Field(default=60, ge=5, le=480, description="that a build may take")
    log_days: LogDays = 90

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("deploys",), self.deploys)
