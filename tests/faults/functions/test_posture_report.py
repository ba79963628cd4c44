"""Faults of the weekly report: it goes out whatever the findings say, or the run fails."""

from collections import Counter

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.posture_report.handler import ReportedFinding, handle, report
from tests.faults.functions.battery import each_call
from tests.faults.table import Fault, fault, faults

NAME = "posture-report"
PAGES = [
    {"Findings": [{"Severity": {"Label": "HIGH"}, "Title": "Ports are open"}], "NextToken": "more"},
    {"Findings": [{"Severity": {"Label": "LOW"}, "Title": "A tag is missing"}]},
]
CALLS = ["securityhub:GetFindings", "securityhub:GetFindings", "sns:Publish"]


@faults(NAME, *each_call("a report", CALLS, "when the event comes again, the whole report is sent"))
def test_each_call_may_fail(hub, context, fault, breaker):
    def answer(given):
        return PAGES[1 if given.get("NextToken") else 0]

    hub.answer("securityhub", "GetFindings", [answer] * 4)
    breaker.end_with(fault.given[1], lambda: handle({}, context))
    handle({}, context)
    reports = [message for _, message in hub.reports()]
    assert {message.splitlines()[0] for message in reports} == {"Open findings of Security Hub: 2"}
    assert len(reports) == (2 if fault.given[1].number == 3 and fault.given[1].kind != "is throttled" else 1)


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"a finding with {name}", holds="it is counted and named", given=(finding, line))
        for name, finding, line in (
            ("an unknown severity", {"Severity": {"Label": "UNHEARD-OF"}, "Title": "t"}, "UNHEARD-OF (1) t"),
            ("no severity", {"Title": "t"}, "UNKNOWN (1) t"),
            ("null for severity", {"Severity": None, "Title": "t"}, "UNKNOWN (1) t"),
            ("no label", {"Severity": {"Normalized": 90}, "Title": "t"}, "UNKNOWN (1) t"),
            ("a number for a label", {"Severity": {"Label": 7}, "Title": "t"}, "UNKNOWN (1) t"),
            ("no title", {"Severity": {"Label": "HIGH"}}, "HIGH (1) (without a title)"),
            ("an empty title", {"Severity": {"Label": "HIGH"}, "Title": ""}, "HIGH (1) (without a title)"),
        )
    ),
)
def test_odd_findings(hub, context, fault):
    finding, line = fault.given
    hub.answer("securityhub", "GetFindings", [{"Findings": [finding]}])
    handle({}, context)
    [(_, message)] = hub.reports()
    assert message.endswith(f"The gravest:\n{line}")
    assert message.startswith("Open findings of Security Hub: 1\n")
    severity = line.partition(" ")[0]
    assert f"{severity:<13} 1" in message.splitlines()


@fault(NAME, broken="severities that nobody knows among others", holds="they stand first, for they may be the gravest")
def test_the_order_of_severities():
    found = Counter(
        {ReportedFinding("CRITICAL", "a"): 1, ReportedFinding("Z", "b"): 1, ReportedFinding("ALARMING", "c"): 1}
    )
    assert report(found).splitlines()[-3:] == ["ALARMING (1) c", "Z (1) b", "CRITICAL (1) a"]


@fault(NAME, broken="Security Hub's pages never end", holds="the run fails in time, and no half report is sent")
def test_pages_that_never_end(hub, context):
    def page(given):
        context.slept.append(20)
        return {**PAGES[0], "NextToken": f"after {given.get('NextToken')}"}

    hub.answer("securityhub", "GetFindings", [page] * 100)
    with pytest.raises(OutOfTimeError, match="the rest of the findings"):
        handle({}, context)
    assert hub.reports() == []
    assert 0 < context.get_remaining_time_in_millis() < 30_000


@fault(NAME, broken="20,000 findings with long titles", holds="the report names ten of them, and SNS takes it")
def test_huge_reports(hub, context):
    findings = [{"Severity": {"Label": "HIGH"}, "Title": f"{number:05}" + "x" * 251} for number in range(20_000)]
    hub.answer("securityhub", "GetFindings", [{"Findings": findings}])
    handle({}, context)
    [(_, message)] = hub.reports()
    assert len(message) < 5000
    assert message.startswith("Open findings of Security Hub: 20000\n")


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event that is {name}", holds="the report is sent", given=event)
        for name, event in {"empty": {}, "huge": {"detail": "x" * 1_000_000}, "odd": {"detail": [None]}}.items()
    ),
)
def test_odd_events(hub, context, fault):
    hub.answer("securityhub", "GetFindings", [{"Findings": []}])
    handle(fault.given, context)
    assert len(hub.reports()) == 1


@fault(NAME, broken="SNS refuses the report", holds="it is raised, and Lambda's next try sends it")
def test_a_refused_report(hub, context):
    hub.answer("securityhub", "GetFindings", [{"Findings": []}] * 2)
    hub.refuse("sns", "Publish", "ThrottlingException", times=1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        handle({}, context)
    handle({}, context)
    assert len(hub.reports()) == 1
