"""What a stack file may say about DNS and the web ACL."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.table import Complaint, LogDays, Table, twice

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


#: The rules of the web ACL, in the order in which they are asked.
WebAclRule = Literal["rate-limit", "geo-block", "common", "known-bad-inputs", "sql-injection", "bots"]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["KP"])]


class WebAclTable(Table):
    """What the web ACL before the load balancer blocks."""

    rate_limit: int = Field(
        default=2000, ge=10, le=2_000_000_000, description="requests that one address may send in five minutes"
    )
    sql_injection: bool = Field(default=True, description="AWS's rules against SQL injection")
    cross_site_scripting: bool = Field(
        default=True, description="false: the common rules against cross-site scripting only count"
    )
    blocked_countries: tuple[Country, ...] = Field(default=(), description="ISO 3166 codes; none is no geo rule")
    bots: bool = Field(default=False, description="AWS's Bot Control, which costs extra")
    count: tuple[WebAclRule, ...] = Field(default=(), description="rules that only count, to see what they would block")
    exceptions: dict[WebAclRule, tuple[str, ...]] = Field(
        default={}, description="by group: its rules that only count", examples=[{"common": ["SizeRestrictions_BODY"]}]
    )
    log_days: LogDays = Field(default=30, description="days that its log is kept")

    @property
    def rules(self) -> tuple[WebAclRule, ...]:
        """The rules that it has."""
        off = {
            "geo-block": not self.blocked_countries,
            "sql-injection": not self.sql_injection,
            "bots": not self.bots,
        }
        every: tuple[WebAclRule, ...] = (
            "rate-limit", "geo-block", "common", "known-bad-inputs", "sql-injection", "bots",
        )  # fmt: skip
        return tuple(rule for rule in every if not off.get(rule))

    def complaints(self) -> Iterator[Complaint]:
        for index, word in enumerate(self.count):
            if word not in self.rules:
                yield Complaint(("count", index), f"this web ACL has no rule {word}; it has {', '.join(self.rules)}")
        for index, word in twice(self.count):
            yield Complaint(("count", index), f"{word} stands here twice")
        for index, country in twice(self.blocked_countries):
            yield Complaint(("blocked-countries", index), f"{country} stands here twice")
        for group in self.exceptions:
            if group not in self.rules:
                yield Complaint(("exceptions", group), f"this web ACL has no rule {group}; remove it")
            elif group in ("rate-limit", "geo-block"):
                yield Complaint(("exceptions", group), f"{group} is one rule, not a group; name it under count")
