"""What a stack file may say about DNS and the web ACL."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.table import Complaint, LogDays, Table, repeated
from settings.words import either

Domain = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", examples=["example.com"])]


#: Where AWS's services without a region, CloudFront and Route 53, look for what they use and report what they see.
HOME: Final = "us-east-1"


class DnsTable(Table):
    """The public zone that the stack's names stand in."""

    domain: Domain
    zone: str = Field(
        pattern=r"^(own|Z[A-Z0-9]{7,31})$",
        description="own: this stack makes the zone; else the id of a zone that another stack owns",
        examples=["Z0123456789ABCDEFGHIJ"],
    )
    health_checks: bool = Field(default=False, description="Route 53's health checks of the public names")
    dnssec: bool = Field(default=False, description="sign the zone; its DS record must then go to the registrar")

    @property
    def owned(self) -> bool:
        """Whether this stack makes the zone."""
        return self.zone == "own"

    def complaints(self) -> Iterator[Complaint]:
        if self.dnssec and not self.owned:
            message = "only the stack that owns the zone can sign it; remove it here, and add it to that stack's file"
            yield Complaint(("dnssec",), message)


class CdnTable(Table):
    """CloudFront before the load balancer, which then answers nobody else; the web ACL moves there too."""

    edges: Literal["100", "200", "all"] = Field(
        default="100", description="CloudFront's price class; 100 is North America and Europe, the cheapest"
    )
    tls: Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] = Field(
        default="TLSv1.2_2021", description="the security policy for callers"
    )
    hsts_days: int = Field(default=365, ge=1, le=730, description="days for which browsers use HTTPS only")
    content_security: str = Field(
        default="default-src 'none'; frame-ancestors 'none'",
        description="the Content-Security-Policy of answers that have none",
    )


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
                yield Complaint(("count", index), f"this web ACL has no rule {word}; use {either(self.rules)}")
        yield from repeated(("count",), self.count)
        yield from repeated(("blocked-countries",), self.blocked_countries)
        for group in self.exceptions:
            if group not in self.rules:
                yield Complaint(("exceptions", group), f"this web ACL has no rule {group}; remove it")
            elif group in ("rate-limit", "geo-block"):
                yield Complaint(("exceptions", group), f"{group} is one rule, not a group; name it under count")
