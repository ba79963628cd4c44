"""What a stack file may say about backups that outlive what they are of."""

from typing import Literal

from pydantic import Field

from settings.tables.table import Region, Table, Time


class CopyTable(Table):
    """Where a copy of every backup goes."""

    region: Region = Field(description="another region", examples=["us-west-2"])
    keep_days: int = Field(default=14, ge=1, le=3650, description="days that the copy is kept")
    copied_days: int | None = Field(
        default=None,
        ge=1,
        le=35,
        description="days to which the database can be restored there, to the second; default: what it keeps itself "
        "is not copied",
    )


class BackupTable(Table):
    """Backups of the databases and tables in a vault of AWS Backup, beside those that they keep themselves."""

    day: Literal["sun", "mon", "tue", "wed", "thu", "fri", "sat"] | None = Field(
        default=None, description="the day of the week; default: every day"
    )
    at: Time = Field(
        default="07:00",
        description="UTC; at least an hour away from the database's own backups and maintenance",
    )
    keep_days: int = Field(default=35, ge=1, le=3650, description="days that a backup is kept")
    lock: Literal["compliance", "governance"] | None = Field(
        default=None,
        description="lock the vault: nobody deletes a backup before its days are over; compliance: nor the lock itself",
    )
    copy_to: CopyTable | None = None
