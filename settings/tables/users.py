"""What a stack file may say about the database's users, one a service."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from settings.tables.regions import SecretArn
from settings.tables.table import Complaint, Table, Word, repeated

Grant = Literal["select", "insert", "update", "delete"]
OWN_SERVICE: Final = "{service}"  #: stands in the path of a secret for the service whose container reads it


@dataclass(frozen=True, kw_only=True)
class ServiceUser:
    """The user of one service."""

    user: str  #: its name, which its schema has too; hyphens would have to be quoted in SQL
    path: str  #: of its secret
    connections: int
    grants: tuple[Grant, ...]


class UserTable(Table):
    """What the user of one service has otherwise than the others."""

    connections: int | None = Field(default=None, ge=2, description="that it may have open at once")
    grants: tuple[Grant, ...] | None = Field(
        default=None, min_length=1, description="what it may do with the tables of its schema"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("grants",), self.grants or ())


class UsersTable(Table):
    """A user for each service that connects, with a schema and a secret of its own: `<service>/database` holds its URL.

    A function makes it with the secret's first rotation, and gives it all of this again with each that follows. The
    password before is valid until the next.
    """

    rotate_days: int = Field(ge=1, le=1000, description="days after which a function renews each password")
    connections: int = Field(
        ge=2, description="that each may have open at once; in PostgreSQL twice as many while its tasks are replaced"
    )
    grants: tuple[Grant, ...] = Field(
        default=("select", "insert", "update", "delete"),
        min_length=1,
        description="what each may do with the tables of its schema",
    )
    own: dict[Word, UserTable] = Field(default={}, description="what some services' users have otherwise, by service")
    copies: dict[Word, SecretArn] = Field(
        default={},
        description="of a database that began as a replica: the copies here of the secrets of its source's users, by "
        "service; none is made then, and they are renewed here from the promotion on",
    )

    def of(self, service: str) -> ServiceUser:
        """The user of a service."""
        own = self.own.get(service, UserTable())
        return ServiceUser(
            user=user_of(service),
            path=f"{service}/database",
            connections=own.connections or self.connections,
            grants=own.grants or self.grants,
        )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("grants",), self.grants)


def user_of(service: str) -> str:
    """What a service's user is called in a database; hyphens would have to be quoted in SQL."""
    return service.replace("-", "_")
