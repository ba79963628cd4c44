"""Detection: who watches the account, and the list of what was found."""

from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from settings.tables.detection import FEATURES, DetectionTable, GuardDutyTable, InspectorTable, SecurityHubTable

#: GuardDuty's words for how often it tells of a known finding again.
PUBLISH: Final = {"15m": "FIFTEEN_MINUTES", "1h": "ONE_HOUR", "6h": "SIX_HOURS"}
#: Where GuardDuty puts its agent by itself, of what it watches at run time: beside tasks on Fargate, and nowhere else.
AGENTS: Final = {
    "EKS_ADDON_MANAGEMENT": "DISABLED",
    "ECS_FARGATE_AGENT_MANAGEMENT": "ENABLED",
    "EC2_AGENT_MANAGEMENT": "DISABLED",
}
#: ECR's words for when Inspector looks at an image.
SCAN: Final = {"on-push": "SCAN_ON_PUSH", "continuous": "CONTINUOUS_SCAN"}


@dataclass(frozen=True, kw_only=True)
class DetectionArgs(Args):
    """The detection table."""

    table: DetectionTable


class Detection(Component):
    """What AWS offers to watch an account with, each where the table wants it.

    Creates the GuardDuty detector and says of each feature whether it is on; Security Hub, subscribed to the standards,
    and the findings of other regions that it shows; Inspector for the registry's images; the account's Access Analyzer.
    What is adopted is not created, but features, standards and scans are set all the same. The findings of the others
    reach Security Hub by themselves.
    """

    detector_id: pulumi.Input[str] | None  #: GuardDuty's, if it watches

    def __init__(self, name: str, args: DetectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        table = args.table
        self.detector_id = None
        if table.guardduty and table.guardduty.mode != "skip":
            self.detector_id = self._guardduty(args, table.guardduty)
        if table.security_hub and table.security_hub.mode != "skip":
            self._security_hub(args.facts, table.security_hub)
        if table.inspector and table.inspector.mode != "skip":
            self._inspector(args.facts, table.inspector)
        if table.access_analyzer and table.access_analyzer.mode == "create":
            physical = args.names.of("analyzer")
            aws.accessanalyzer.Analyzer(
                self.child("analyzer"),
                analyzer_name=physical,
                type="ACCOUNT",
                tags=self.named(physical),
                opts=self.owned(),
            )
        self.register_outputs({"detector_id": self.detector_id})

    def _guardduty(self, args: DetectionArgs, table: GuardDutyTable) -> pulumi.Input[str]:
        detector: pulumi.Input[str] = table.detector or ""
        if table.mode == "create":
            detector = aws.guardduty.Detector(
                self.child("detector"),
                enable=True,
                finding_publishing_frequency=PUBLISH[table.publish],
                tags=self.named(args.names.of("detector")),
                opts=self.owned(),
            ).id
        agents: list[Any] = [{"name": name, "status": status} for name, status in AGENTS.items()]
        for word, feature in FEATURES.items():
            # AWS switches some on by itself in a new detector, so those that are off are named too.
            aws.guardduty.DetectorFeature(
                self.child("feature", word),
                detector_id=detector,
                name=feature,
                status="ENABLED" if word in table.features else "DISABLED",
                additional_configurations=agents if word == "runtime" and word in table.features else None,
                opts=self.owned(),
            )
        return detector

    def _security_hub(self, facts: Facts, table: SecurityHubTable) -> None:
        on: list[pulumi.Resource] = []
        if table.mode == "create":
            hub = aws.securityhub.Account(
                self.child("hub"),
                enable_default_standards=False,  # the table says which
                auto_enable_controls=True,
                control_finding_generator="SECURITY_CONTROL",  # one finding, however many standards ask
                opts=self.owned(),
            )
            on = [hub]
        for word, path in _standards(table).items():
            aws.securityhub.StandardsSubscription(
                self.child("standard", word),
                standards_arn=f"arn:aws:securityhub:{facts.region}::standards/{path}",
                opts=self.owned(depends_on=on),
            )
        if table.gathers:
            aws.securityhub.FindingAggregator(
                self.child("gathers"),
                linking_mode="SPECIFIED_REGIONS",
                specified_regions=list(table.gathers),
                opts=self.owned(depends_on=on),
            )

    def _inspector(self, facts: Facts, table: InspectorTable) -> None:
        on: list[pulumi.Resource] = []
        if table.mode == "create":
            enabler = aws.inspector2.Enabler(
                self.child("inspector"), account_ids=[facts.account], resource_types=["ECR"], opts=self.owned()
            )
            on = [enabler]
        every: list[Any] = [{"filter": "*", "filter_type": "WILDCARD"}]
        aws.ecr.RegistryScanningConfiguration(
            self.child("scans"),
            scan_type="ENHANCED",
            rules=[{"scan_frequency": SCAN[table.scan], "repository_filters": every}],
            opts=self.owned(depends_on=on),
        )


def _standards(table: SecurityHubTable) -> dict[str, str]:
    """The standards by our words: what follows `standards/` in their ARNs."""
    found: dict[str, str] = {}
    if table.best_practices:
        found["best-practices"] = "aws-foundational-security-best-practices/v/1.0.0"
    if table.cis:
        found["cis"] = f"cis-aws-foundations-benchmark/v/{table.cis}"
    if table.pci_dss:
        found["pci-dss"] = f"pci-dss/v/{table.pci_dss}"
    return found
