"""What a stack file may say to the policy pack, under `guard:`."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from settings.tables.table import Complaint, Table

Text = Annotated[str, Field(min_length=1)]


class ExemptionTable(Table):
    """Lets what `resource` names break one rule of the policy pack."""

    rule: Text = Field(description="name of the rule")
    resource: Text = Field(description="logical name or URN; * stands for anything")
    reason: Text = Field(description="why the rule does not hold here")
    owner: Text = Field(description="who answers for it")
    finding: Text | None = Field(default=None, description="one finding of several: its property, and what about it")
    expires: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d\d-\d\d$",
        description="the last day on which it holds, quoted",
        examples=["2027-03-31"],
    )
    decision: str | None = Field(
        default=None,
        pattern="^docs/(decisions|adr)/",
        description="the record of a lasting decision",
        examples=["docs/decisions/ADR-001-why.md"],
    )

    def complaints(self) -> Iterator[Complaint]:
        if (self.expires is None) == (self.decision is None):
            yield Complaint((), "an exemption ends on a day or rests on a decision; use one of expires and decision")
        if self.expires and not _is_date(self.expires):
            yield Complaint(("expires",), f"there is no day {self.expires}; use one such as 2027-03-31")


class PolicyTable(Table):
    """How the policy pack judges the stack."""

    profile: Literal["baseline", "protected", "strict"] = Field(
        default="baseline",
        description="how the policy pack judges: protected blocks what may lose data, strict blocks every violation",
    )
    exemptions: tuple[ExemptionTable, ...] = Field(default=(), description="exemptions from policies")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
