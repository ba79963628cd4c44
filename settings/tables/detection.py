"""What a stack file may say about the record of what is done in the account, and about who watches it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.tables.table import Complaint, LogDays, Region, Table, Word, repeated

Day = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
#: An account and region has each of these once, so one stack owns it.
Mode = Literal["create", "adopt", "skip"]
ModeField = Annotated[
    Mode, Field(description="create: this stack makes it; adopt: the account has it already; skip: do without")
]


class TrailTable(Table):
    """The record of every call to AWS in the account, in all regions."""

    mode: ModeField = "create"
    bucket: Word | None = Field(default=None, description="with create: the bucket that keeps it; it must be locked")
    data_events: tuple[str, ...] = Field(
        default=(),
        description="buckets whose objects' reads and writes are recorded: this stack's by word, another's by name",
        examples=[["state", "cloudplatform-prod-backups"]],
    )
    log_days: LogDays = Field(default=90, description="days that its log group keeps it, for filters and queries")
    log_group: str | None = Field(default=None, description="with adopt: the log group that the trail writes to")

    def complaints(self) -> Iterator[Complaint]:
        yield from _bucket_where_created(self.mode, self.bucket)
        if self.mode == "adopt" and not self.log_group:
            yield Complaint(("log-group",), "filters read an adopted trail's log group; name it here")
        if self.mode != "adopt" and self.log_group:
            yield Complaint(("log-group",), "this stack names its own trail's log group; remove it, or use mode: adopt")
        if self.bucket and self.bucket in self.data_events:
            message = "the trail's own bucket would record its deliveries without end; remove it"
            yield Complaint(("data-events", self.data_events.index(self.bucket)), message)
        yield from repeated(("data-events",), self.data_events)


#: AWS's managed rules that the stack asks, by the word that is their name: what they are called in its API.
CONFIG_RULES = {
    "s3-bucket-public-read-prohibited": "S3_BUCKET_PUBLIC_READ_PROHIBITED",
    "rds-instance-public-access-check": "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
    "encrypted-volumes": "ENCRYPTED_VOLUMES",
    "iam-root-access-key-check": "IAM_ROOT_ACCESS_KEY_CHECK",
    "vpc-flow-logs-enabled": "VPC_FLOW_LOGS_ENABLED",
    "cloudtrail-enabled": "CLOUD_TRAIL_ENABLED",
}


class RecorderTable(Table):
    """AWS Config: the record of every resource's configuration, and the rules that check it."""

    mode: ModeField = Field(default="create", description="adopt: the rules alone are made; skip: none")
    bucket: Word | None = Field(default=None, description="with create: the bucket that keeps its history")

    def complaints(self) -> Iterator[Complaint]:
        yield from _bucket_where_created(self.mode, self.bucket)


def _bucket_where_created(mode: Mode, bucket: str | None) -> Iterator[Complaint]:
    if mode == "create" and not bucket:
        yield Complaint(("bucket",), "what is created here is kept in a bucket; name one of cloudplatform:buckets")
    if mode != "create" and bucket:
        yield Complaint(("bucket",), "what is not created here has its bucket already; remove it, or use mode: create")


class AuditTable(Table):
    """The account's audit records: CloudTrail (who did what) and AWS Config (how everything was configured)."""

    trail: TrailTable | None = None
    recorder: RecorderTable | None = None


#: What GuardDuty can look at beside the trail, flow logs and DNS, which it always does; and its name in AWS's API.
FEATURES = {
    "s3": "S3_DATA_EVENTS",
    "rds": "RDS_LOGIN_EVENTS",
    "lambda": "LAMBDA_NETWORK_LOGS",
    "eks": "EKS_AUDIT_LOGS",
    "volumes": "EBS_MALWARE_PROTECTION",
    "runtime": "RUNTIME_MONITORING",
}
Feature = Literal["s3", "rds", "lambda", "eks", "volumes", "runtime"]


class GuardDutyTable(Table):
    """GuardDuty: AWS's search for intruders."""

    mode: ModeField = "create"
    detector: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{32}$",
        description="with adopt: the detector's id",
        examples=["12abc34d567e8fa901bc2d34e56789f0"],
    )
    publish: Literal["15m", "1h", "6h"] = Field(
        default="15m", description="how often a known finding is reported again"
    )
    features: tuple[Feature, ...] = Field(default=(), description="what it looks at in addition; each costs extra")

    def complaints(self) -> Iterator[Complaint]:
        if self.mode == "adopt" and not self.detector:
            message = "an adopted detector is known by its id; add it (aws guardduty list-detectors)"
            yield Complaint(("detector",), message)
        if self.mode != "adopt" and self.detector:
            yield Complaint(("detector",), "only an adopted detector has its id here; remove it, or use mode: adopt")
        yield from repeated(("features",), self.features)


class SecurityHubTable(Table):
    """Security Hub: one list of all findings, and the standards that the account is scored by."""

    mode: ModeField = "create"
    report: Day | None = Field(default=None, description="the day of the week on which its summary is sent, 08:00 UTC")
    best_practices: bool = Field(default=True, description="AWS Foundational Security Best Practices")
    cis: Literal["1.4.0", "3.0.0", "5.0.0"] | None = Field(
        default="3.0.0", description="version of the CIS AWS Foundations Benchmark; null does without"
    )
    pci_dss: Literal["3.2.1", "4.0.1"] | None = Field(
        default=None, description="version of PCI DSS, for who handles cards; default: without"
    )
    gathers: tuple[Region, ...] = Field(
        default=(),
        description="regions whose findings this one shows too; Security Hub must be on there, and an account gathers "
        "in one region",
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("gathers",), self.gathers)


class InspectorTable(Table):
    """Inspector: known vulnerabilities in the images of the registry."""

    mode: ModeField = "create"
    scan: Literal["on-push", "continuous"] = Field(
        default="on-push", description="once when an image is pushed, or again with every new vulnerability"
    )


class AnalyzerTable(Table):
    """IAM Access Analyzer: what somebody outside the account may reach."""

    mode: ModeField = "create"


class ResponseTable(Table):
    """The automatic response to findings: isolate, close buckets, revoke rules that admit the internet."""

    public_groups: tuple[str, ...] = Field(
        default=(),
        description="names of the load balancers' security groups, which the world may reach on ports 80 and 443",
        examples=[["cloudplatform-prod-sg-alb"]],
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("public-groups",), self.public_groups)


#: Who reports findings.
Watcher = Literal["trail", "recorder", "guardduty", "inspector", "access-analyzer"]


class DetectionTable(Table):
    """The services that watch the account."""

    guardduty: GuardDutyTable | None = None
    security_hub: SecurityHubTable | None = None
    inspector: InspectorTable | None = None
    access_analyzer: AnalyzerTable | None = None
    response: ResponseTable | None = None
