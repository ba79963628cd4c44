"""What a stack file may say about DNS."""

from typing import Annotated

from pydantic import Field

from settings.table import Table

Domain = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", examples=["example.com"])]


class DnsTable(Table):
    """The public zone that the stack's names stand in."""

    domain: Domain
    zone: str = Field(
        pattern=r"^(own|Z[A-Z0-9]{7,31})$",
        description="own: this stack makes the zone; else the id of a zone that another stack owns",
        examples=["Z0123456789ABCDEFGHIJ"],
    )

    @property
    def owned(self) -> bool:
        """Whether this stack makes the zone."""
        return self.zone == "own"
