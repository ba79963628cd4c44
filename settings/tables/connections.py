"""What a service can be connected to: one row a kind of data store.

A kind's word is what services name under `connects`, and the key of the store's own table in the stack file. Checks and
components read this table and ask for no word by name: a new kind is a row and a field here, its table in
settings/tables/data.py, its component, and its row in components/platform/connections.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from settings.tables.data import CacheTable, CredentialsTable, DatabaseTable
from settings.tables.table import Table
from settings.words import either


class StoreTable(Protocol):
    """What the table of every such store says, whatever its kind."""

    @property
    def tier(self) -> str:
        """The tier whose subnets hold it."""
        ...

    @property
    def listens(self) -> int:
        """The TCP port that it listens on."""
        ...

    @property
    def secret(self) -> CredentialsTable:
        """The secret that opens it."""
        ...


@dataclass(frozen=True, kw_only=True)
class ConnectionKind:
    """A kind of data store that services open connections to."""

    word: str  #: in `connects`, and the key of its table
    name: str  #: what it is called in physical names: of its security group, its parameter group
    name_limit: int  #: the characters that AWS allows the store's own name
    traffic: str  #: what the rules of its security group say that they are for
    variables: tuple[str, ...]  #: ends of the environment variables that its clients are given
    rotation: tuple[str, ...]  #: the AWS services that its rotation's function calls, by the names of their endpoints
    routes: tuple[str, ...] = ("none", "nat")  #: the routes that its tier may have

    def variable(self, end: str) -> str:
        """The environment variable that ends in one of `variables`: DATABASE_HOST."""
        return f"{self.word.upper().replace('-', '_')}_{end}"


KINDS: Final = (
    ConnectionKind(
        word="database",
        name="rds",
        name_limit=63,
        traffic="queries",
        variables=("HOST", "PORT", "NAME"),
        rotation=("ecs", "secretsmanager"),
    ),
    ConnectionKind(
        word="cache",
        name="redis",
        name_limit=40,
        traffic="cached data",
        variables=("HOST", "PORT"),
        rotation=("ecs", "elasticache", "secretsmanager"),
    ),
)


class StoreTables(Table):
    """The tables of the data stores, a field a kind."""

    database: DatabaseTable | None = None
    cache: CacheTable | None = None


CONNECTIONS: Final[dict[str, ConnectionKind]] = {kind.word: kind for kind in KINDS}  #: by word


def _known(word: str) -> str:
    if word not in CONNECTIONS:
        raise PydanticCustomError("literal_error", "use {words}", {"words": either(CONNECTIONS)})
    return word


#: The word of a kind, as a table of the stack file holds it.
Connection = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": [*CONNECTIONS]})]


def replica_variable(word: str) -> str:
    """The end of the variable that has a read replica's address: READER_HOST."""
    return f"{word.upper().replace('-', '_')}_HOST"


def connection_variables(connects: Iterable[str], replicas: Iterable[str] = ()) -> tuple[str, ...]:
    """The environment variables that a service is given: where it runs, and the addresses of what it connects to.

    `replicas` are the words of the database's.
    """
    kinds = [CONNECTIONS[word] for word in connects]
    ends = {kind.word: [*kind.variables] for kind in kinds}
    if "database" in ends:
        ends["database"] += map(replica_variable, replicas)
    return ("ENVIRONMENT", *(kind.variable(end) for kind in kinds for end in ends[kind.word]))
