"""What a stack file may say about another region: what a stack follows there, and what it keeps there."""

from typing import Annotated

from pydantic import Field

from settings.tables.table import Table

#: The six characters at the end are AWS's own: a replica has those of its primary.
SecretArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$",
        examples=["arn:aws:secretsmanager:us-west-2:123456789012:secret:/shop/prod/api-key-AbC123"],
    ),
]


class DatabaseSourceTable(Table):
    """The database in another region that a database follows. Whoever removes it promotes the replica."""

    arn: str = Field(
        pattern=r"^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:db:[a-z][a-z0-9-]*$",
        description="ARN of the primary",
        examples=["arn:aws:rds:us-east-1:123456789012:db:shop-prod-rds-postgres"],
    )
    copied_days: int | None = Field(
        default=None,
        ge=1,
        le=35,
        description="days to which the primary can be restored from its backups here; default: they are not copied",
    )


def region_of(arn: str) -> str:
    """The region in an ARN."""
    return arn.split(":")[3]


def account_of(arn: str) -> str:
    """The account in an ARN."""
    return arn.split(":")[4]
