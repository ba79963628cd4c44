"""The weekly report of what Security Hub finds open."""

from collections import Counter

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.variables import VariableError
from functions.posture_report import POSTURE_REPORT
from functions.posture_report.handler import OPEN, ReportedFinding, handle, report
from tests.functions.emulated import ACCOUNT, REGION, actions


def _found(severity, title):
    return {"Severity": {"Label": severity}, "Title": title}


def test_a_report(hub, context):
    """Over all pages: the counts by severity, then the gravest with how many resources have each."""
    pages = [
        {"Findings": [_found("HIGH", "Ports are open"), _found("LOW", "A tag is missing")], "NextToken": "more"},
        {"Findings": [_found("HIGH", "Ports are open"), _found("CRITICAL", "Root has keys")]},
    ]
    hub.answer("securityhub", "GetFindings", pages)
    handle({}, context)
    assert hub.reports() == [
        (
            "Weekly security posture",
            "Open findings of Security Hub: 4\n"
            "CRITICAL      1\n"
            "HIGH          2\n"
            "MEDIUM        0\n"
            "LOW           1\n"
            "INFORMATIONAL 0\n"
            "\n"
            "The gravest:\n"
            "CRITICAL (1) Root has keys\n"
            "HIGH (2) Ports are open\n"
            "LOW (1) A tag is missing",
        )
    ]
    asked = hub.calls_of("securityhub:GetFindings")
    assert [each.get("NextToken") for each in asked] == [None, "more"]
    assert all(each["Filters"] == OPEN and each["MaxResults"] == 100 for each in asked)
    assert set(hub.actions) == actions(POSTURE_REPORT)


def test_moto_answers_alike(hub, context):
    """A finding as Security Hub takes it, through the emulated API."""
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": "f1",
        "ProductArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
        "GeneratorId": "g",
        "AwsAccountId": ACCOUNT,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-01-02T03:04:05Z",
        "UpdatedAt": "2026-01-02T03:04:05Z",
        "Severity": {"Label": "MEDIUM"},
        "Title": "S3 buckets should use TLS",
        "Description": "d",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "b"}],
    }
    hub.its("securityhub").enable_security_hub()
    hub.its("securityhub").batch_import_findings(Findings=[finding])
    handle({}, context)
    [(_, message)] = hub.reports()
    assert message.endswith("The gravest:\nMEDIUM (1) S3 buckets should use TLS")


def test_nothing_open_is_said_too():
    """A week without a report would be one without a hub."""
    lines = report(Counter()).split("\n")
    assert (lines[0], len(lines)) == ("Open findings of Security Hub: 0", 6)


def test_only_the_gravest_are_named():
    """Ten kinds, the most frequent of a severity first."""
    findings = Counter({ReportedFinding("LOW", f"low {number:02}"): number for number in range(1, 13)})
    findings[ReportedFinding("HIGH", "high")] = 1
    lines = report(findings).split("\n")
    assert lines[lines.index("The gravest:") + 1 :] == [
        "HIGH (1) high",
        *(f"LOW ({number}) low {number:02}" for number in range(12, 3, -1)),
    ]


def test_half_a_report_is_none(hub, context):
    """More pages than time: the run fails, and no report leaves out what it could not read."""
    context.seconds = 20
    hub.answer("securityhub", "GetFindings", [{"Findings": [], "NextToken": "more"}])
    with pytest.raises(OutOfTimeError, match="no time left to wait for the rest of the findings"):
        handle({}, context)
    assert hub.reports() == []


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [("securityhub", "GetFindings", "TooManyRequestsException"), ("sns", "Publish", "InternalError")],
)
def test_a_refusal_is_raised(hub, context, service, operation, code):
    hub.answer("securityhub", "GetFindings", [{"Findings": []}])
    hub.refuse(service, operation, code)
    with pytest.raises(ClientError, match=code):
        handle({}, context)


def test_without_its_variable_nothing_is_called(aws, context):
    with pytest.raises(VariableError, match="posture-report needs REPORT_TOPIC in its environment"):
        handle({}, context)
    assert aws.calls == []
