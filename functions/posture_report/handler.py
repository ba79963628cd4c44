"""Counts what Security Hub finds open, and sends the counts and the gravest to a topic."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.common import variables
from functions.common.aws import client
from functions.common.budget import TimeBudget
from functions.common.entry import logged
from functions.posture_report import POSTURE_REPORT

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
UNKNOWN = "UNKNOWN"  #: a severity that was not given
GRAVEST = 10  #: how many kinds of findings are named
#: What nobody has resolved or suppressed, and no passed control: those are findings too.
OPEN = {
    "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
    "WorkflowStatus": [{"Value": "NEW", "Comparison": "EQUALS"}, {"Value": "NOTIFIED", "Comparison": "EQUALS"}],
    "ComplianceStatus": [{"Value": "PASSED", "Comparison": "NOT_EQUALS"}],
}

logger = Logger(service=POSTURE_REPORT.name)


@dataclass(frozen=True)
class ReportedFinding:
    """What the report tells of a finding."""

    severity: str
    title: str

    @classmethod
    def read(cls, found: dict[str, Any]) -> Self:
        """From Security Hub's format. What a product left out, or names in its own way, is counted all the same."""
        match found.get("Severity"):
            case {"Label": str(label)}:
                severity = label
            case _:
                severity = UNKNOWN
        return cls(severity, str(found.get("Title") or "(without a title)"))


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Send the report. What the event says does not matter."""
    topic = variables.read(POSTURE_REPORT)["REPORT_TOPIC"]
    findings = Counter(_findings(TimeBudget(context, reserve=30)))
    client("sns").publish(TopicArn=topic, Subject="Weekly security posture", Message=report(findings))
    logger.info("reported", findings=findings.total())


def report(findings: Counter[ReportedFinding]) -> str:
    """The counts by severity, then the gravest kinds with how many resources have each."""
    by_severity: Counter[str] = Counter()
    for finding, times in findings.items():
        by_severity[finding.severity] += times
    lines = [f"Open findings of Security Hub: {findings.total()}"]
    # One that AWS has not today may be the gravest.
    severities = [*sorted(by_severity.keys() - {*SEVERITIES}), *SEVERITIES]
    lines += [f"{severity:<13} {by_severity[severity]}" for severity in severities]
    order = sorted(findings.items(), key=lambda item: (severities.index(item[0].severity), -item[1], item[0].title))
    if order:
        lines += ["", "The gravest:"]
        lines += [f"{finding.severity} ({times}) {finding.title}" for finding, times in order[:GRAVEST]]
    return "\n".join(lines)


def _findings(budget: TimeBudget) -> Iterator[ReportedFinding]:
    """A hundred a call. Rather no report than one that leaves findings out unsaid: running out of time is raised."""
    for page in (
        client("securityhub").get_paginator("get_findings").paginate(Filters=OPEN, PaginationConfig={"PageSize": 100})
    ):
        yield from map(ReportedFinding.read, page["Findings"])
        budget.pause(0, "the rest of the findings")
