"""What a stack file may say about DNS, CloudFront, static sites and web ACLs."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from settings.tables.table import Cidr, Complaint, LogDays, Table, Word, repeated
from settings.words import either

Domain = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", examples=["example.com"])]


#: Where AWS's services without a region, CloudFront and Route 53, look for what they use and report what they see.
US_EAST_1: Final = "us-east-1"


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
    failover: Literal["primary", "secondary"] | None = Field(
        default=None,
        description="two stacks answer for the same names: primary while its health checks are well, else secondary",
    )

    @property
    def owned(self) -> bool:
        """Whether this stack makes the zone."""
        return self.zone == "own"

    def complaints(self) -> Iterator[Complaint]:
        if self.dnssec and not self.owned:
            message = "only the stack that owns the zone can sign it; remove it here, and add it to that stack's file"
            yield Complaint(("dnssec",), message)
        if self.failover == "primary" and not self.health_checks:
            message = "Route 53 would not see that this region is lost; add health-checks: true"
            yield Complaint(("failover",), message)
        if self.failover == "secondary" and self.owned:
            message = "this stack would own the zone in which the primary stands; give the zone's id"
            yield Complaint(("zone",), message)


#: What CloudFront demands of callers at least (its developer guide, supported protocols and ciphers).
Tls = Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"]


class CdnTable(Table):
    """CloudFront before the load balancer, which then answers nobody else; the web ACL moves there too."""

    edges: Literal["100", "200", "all"] = Field(
        default="100", description="CloudFront's price class; 100 is North America and Europe, the cheapest"
    )
    tls: Tls = Field(default="TLSv1.2_2021", description="the security policy for callers")
    hsts_days: int = Field(default=365, ge=1, le=730, description="days for which browsers use HTTPS only")
    content_security: str = Field(
        default="default-src 'none'; frame-ancestors 'none'",
        description="the Content-Security-Policy of answers that have none",
    )


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["KP"])]


class SiteTable(Table):
    """A static site at CloudFront: the files of a bucket, which nobody else may read, or a redirect to another name."""

    hosts: tuple[Domain, ...] = Field(
        min_length=1, description="names in the stack's DNS zone; the sites' certificate covers them"
    )
    bucket: Word | None = Field(default=None, description="the bucket of its files, encrypted by S3")
    single_page: bool = Field(
        default=False, description="true: what is not there is answered with /index.html, which finds the way itself"
    )
    redirect: Domain | None = Field(
        default=None, description="instead of a bucket: the name that every request is sent on to"
    )
    tls: Tls = Field(default="TLSv1.2_2021", description="the security policy for callers")
    blocked_countries: tuple[Country, ...] = Field(default=(), description="ISO 3166 codes; CloudFront answers 403")
    logs: Word = Field(
        description="the bucket that takes the access logs; its encryption must be s3", examples=["access-logs"]
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("hosts",), self.hosts)
        yield from repeated(("blocked-countries",), self.blocked_countries)
        if self.bucket is None and self.redirect is None:
            yield Complaint((), "nothing answers; add bucket, or redirect")
        if self.bucket and self.redirect:
            yield Complaint(("redirect",), "every request would be sent on, and no file be read; remove it, or bucket")
        if self.redirect and self.single_page:
            yield Complaint(("single-page",), "a redirect has no pages; remove it")
        if self.redirect in self.hosts:
            yield Complaint(("redirect",), f"{self.redirect} would be sent on to itself for ever; use another name")


#: The rules of a web ACL, in the order in which they are asked.
WebAclRule = Literal[
    "address-block", "rate-limit", "geo-block", "reputation", "common", "known-bad-inputs", "sql-injection", "bots"
]
RULES: Final[tuple[WebAclRule, ...]] = get_args(WebAclRule)
#: Those that are one rule each, not a group of AWS's.
ONE_RULE: Final = ("address-block", "rate-limit", "geo-block")


class WebAclTable(Table):
    """What a web ACL blocks: `web-acl` before the load balancer, `site-acl` at CloudFront before every site."""

    rate_limit: int = Field(
        default=2000, ge=10, le=2_000_000_000, description="requests that one address may send in five minutes"
    )
    sql_injection: bool = Field(default=True, description="AWS's rules against SQL injection")
    cross_site_scripting: bool = Field(
        default=True, description="false: the common rules against cross-site scripting only count"
    )
    blocked_countries: tuple[Country, ...] = Field(default=(), description="ISO 3166 codes; none is no geo rule")
    blocked_addresses: tuple[Cidr, ...] = Field(default=(), description="networks; none is no address rule")
    reputation: bool = Field(default=False, description="AWS's list of addresses that attacks came from")
    bots: bool = Field(default=False, description="AWS's Bot Control, which costs extra")
    captcha: bool = Field(
        default=False, description="what Bot Control only suspects gets a CAPTCHA, paid by attempt, and is not blocked"
    )
    except_under: str | None = Field(
        default=None,
        pattern=r"^/([A-Za-z0-9._-]+/)+$",
        description="paths that begin so are not searched for attacks and bots, as they carry what looks like one; "
        "reputation and rates count there too",
        examples=["/api/logs/"],
    )
    count: tuple[WebAclRule, ...] = Field(default=(), description="rules that only count, to see what they would block")
    exceptions: dict[WebAclRule, tuple[str, ...]] = Field(
        default={}, description="by group: its rules that only count", examples=[{"common": ["SizeRestrictions_BODY"]}]
    )
    log: bool = Field(
        default=True, description="false: no log, and no samples of requests; a site-acl has them in us-east-1"
    )
    log_days: LogDays = Field(default=30, description="days that its log is kept")

    @property
    def rules(self) -> tuple[WebAclRule, ...]:
        """The rules that it has."""
        off = {
            "address-block": not self.blocked_addresses,
            "geo-block": not self.blocked_countries,
            "reputation": not self.reputation,
            "sql-injection": not self.sql_injection,
            "bots": not self.bots,
        }
        return tuple(rule for rule in RULES if not off.get(rule))

    def complaints(self) -> Iterator[Complaint]:
        for index, word in enumerate(self.count):
            if word not in self.rules:
                yield Complaint(("count", index), f"this web ACL has no rule {word}; use {either(self.rules)}")
        yield from repeated(("count",), self.count)
        yield from repeated(("blocked-countries",), self.blocked_countries)
        yield from repeated(("blocked-addresses",), self.blocked_addresses)
        if not self.log and "log_days" in self.model_fields_set:
            yield Complaint(("log-days",), "there is no log; remove this")
        if self.captcha and not self.bots:
            yield Complaint(("captcha",), "Bot Control asks for it; add bots: true, or remove this")
        for group in self.exceptions:
            if group not in self.rules:
                yield Complaint(("exceptions", group), f"this web ACL has no rule {group}; remove it")
            elif group in ONE_RULE:
                yield Complaint(("exceptions", group), f"{group} is one rule, not a group; name it under count")
