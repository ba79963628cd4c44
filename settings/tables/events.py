"""What a stack file may say about what data stores tell of themselves."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from settings.tables.operations import Email
from settings.tables.table import Complaint, Table, repeated

#: What RDS tells of a database (its guide, "Amazon RDS event categories and event messages").
Category = Literal[
    "availability",
    "backup",
    "configuration change",
    "creation",
    "deletion",
    "failover",
    "failure",
    "low storage",
    "maintenance",
    "notification",
    "read replica",
    "recovery",
    "restoration",
    "security",
]


class EventsTable(Table):
    """Events of the database and the cache, by e-mail: on a topic of their own, without a key, as RDS and ElastiCache
    publish to none that has one."""

    emails: tuple[Email, ...] = Field(min_length=1, description="e-mail addresses")
    database: tuple[Category, ...] = Field(default=(), description="what the database tells, by RDS's categories")
    cache: bool = Field(default=False, description="whether the cache tells of its members: failover, maintenance")

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("emails",), self.emails)
        yield from repeated(("database",), self.database)
        if not self.database and not self.cache:
            yield Complaint((), "nothing is told; name categories of the database, or use cache: true")
