"""What a stack file may say about file systems, and about the containers that mount them."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.table import Complaint, Table, Word, repeated

NFS_PORT: Final = 2049
Folder = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._-]+)+$", examples=["/tmp"])]


class PointTable(Table):
    """An access point: a folder that whoever mounts it sees as the whole file system, always as one user."""

    path: Folder = Field(description="the folder, which is made when somebody first mounts it", examples=["/datasets"])
    user: str = Field(
        default="10001:10001", pattern=r"^[1-9]\d*:[1-9]\d*$", description="user and group id that all of it is done as"
    )


class FilesTable(Table):
    """A file system on EFS: encrypted, mounted over TLS by the services that name it, and by nobody else."""

    tier: Word = Field(default="data", description="the tier whose subnets it is mounted from, one a zone")
    points: dict[Word, PointTable] = Field(min_length=1, description="its access points; nothing else is mounted")
    backups: bool = Field(default=True, description="EFS's automatic backups, daily, kept 35 days")


class MountTable(Table):
    """Where a container has an access point of a file system, and what it may do there."""

    point: Word = Field(description="one of the file system's points")
    at: Folder = Field(description="the folder in the container", examples=["/data"])
    may: tuple[Literal["read", "write"], ...] = Field(default=("read", "write"), min_length=1)

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("may",), self.may)
        if "read" not in self.may:
            yield Complaint(("may",), "whoever mounts it can read it; add read")
