"""Findings: what happens in the account that somebody must hear of, and whom it tells."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.tier import Args, Tier
from settings.detection import CONFIG_RULES, Watcher
from settings.operations import Severity

RUNBOOK: Final = "docs/runbooks/findings.md"
CALL, SIGN_IN = "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"
HIGH: Final = 7  #: GuardDuty's severity from which a finding is critical (contradiction C-39)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One kind of event. Its word is the rule's name, which the ledger gives, and its heading in the runbook."""

    word: str
    meaning: str
    watcher: Watcher
    tells: Severity
    pattern: Mapping[str, Any]


FINDINGS: Final = (
    Finding(
        word="guardduty-findings",
        meaning="GuardDuty is sure that somebody else is in the account",
        watcher="guardduty",
        tells="critical",
        pattern={
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", HIGH]}]},
        },
    ),
    Finding(
        word="guardduty-suspicions",
        meaning="GuardDuty found something that may be harmless",
        watcher="guardduty",
        tells="warning",
        pattern={
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": ["<", HIGH]}]},
        },
    ),
    Finding(
        word="config-compliance",
        meaning="A resource breaks one of the account's rules",
        watcher="recorder",
        tells="warning",
        # Named, since the conformance pack and Security Hub have rules of their own that ask the same.
        pattern={
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {
                "configRuleName": sorted(CONFIG_RULES),
                "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
            },
        },
    ),
    Finding(
        word="inspector-findings",
        meaning="An image has a known vulnerability",
        watcher="inspector",
        tells="warning",
        pattern={
            "source": ["aws.inspector2"],
            "detail-type": ["Inspector2 Finding"],
            "detail": {"severity": ["CRITICAL", "HIGH"], "status": ["ACTIVE"]},
        },
    ),
    Finding(
        word="access-analyzer-findings",
        meaning="Something can be reached from outside the account",
        watcher="access-analyzer",
        tells="warning",
        pattern={
            "source": ["aws.access-analyzer"],
            "detail-type": ["Access Analyzer Finding"],
            "detail": {"status": ["ACTIVE"]},
        },
    ),
    Finding(
        word="root-use",
        meaning="Somebody uses the root account",
        watcher="trail",
        tells="critical",
        # What AWS does in the root's name is no use of it. Sign-ins arrive in us-east-1 (note N-35).
        pattern={
            "detail-type": [CALL, SIGN_IN],
            "detail": {
                "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
                "eventType": [{"anything-but": "AwsServiceEvent"}],
            },
        },
    ),
)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Lines of the trail that are counted, and the alarm that rings above a number of them in five minutes."""

    word: str
    metric: str
    pattern: str
    most: int
    todo: str


PATTERNS: Final = (
    Pattern(
        word="unauthorized-calls",
        metric="UnauthorizedCalls",
        # AWS's own services probe what they may do; nobody need hear of that.
        pattern='{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*")'
        ' && $.sourceIPAddress != "*.amazonaws.com" }',
        most=10,  # a person who mistypes a name does not reach that
        todo="Find in the trail who was refused what: a changed role, or somebody who tries out a stolen key.",
    ),
    Pattern(
        word="sign-in-without-mfa",
        metric="SignInsWithoutMfa",
        pattern='{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes"'
        ' && $.userIdentity.type = "IAMUser" && $.responseElements.ConsoleLogin = "Success" }',
        most=0,
        todo="Ask whoever it was, and take the user away: people come through the identity provider.",
    ),
    Pattern(
        word="trail-changed",
        metric="TrailChanges",
        pattern="{ $.eventName = CreateTrail || $.eventName = UpdateTrail || $.eventName = DeleteTrail"
        " || $.eventName = StartLogging || $.eventName = StopLogging || $.eventName = PutEventSelectors }",
        most=0,
        todo="If no deployment did it, somebody covers tracks: switch the trail on again, then look at who it was.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class FindingsArgs(Args):
    """Who reports findings, the trail's log, and where they are sent."""

    watchers: Sequence[Watcher]
    topics: Mapping[Severity, pulumi.Input[str]]  #: ARNs
    log_group: pulumi.Input[str] | None  #: the trail's


class Findings(Tier):
    """Whatever the account's watchers find, sent to the topic of its severity.

    Creates a rule of EventBridge and its target for each kind of finding that a watcher reports; where there is a
    trail, a metric filter and an alarm for each pattern in its log, and a dashboard of them.
    """

    def __init__(self, name: str, args: FindingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        for finding in FINDINGS:
            if finding.watcher in args.watchers:
                self._rule(args, finding)
        if args.log_group is not None:
            self._dashboard(args, [self._alarm(args, row, args.log_group).arn for row in PATTERNS])
        self.register_outputs({})

    def _rule(self, args: FindingsArgs, finding: Finding) -> None:
        rule = aws.cloudwatch.EventRule(
            self.child(finding.word),
            name=finding.word,
            description=f"{finding.meaning}. Runbook: {RUNBOOK}#{finding.word}",
            event_pattern=json.dumps(finding.pattern, sort_keys=True),
            tags=self.named(finding.word),
            opts=self.owned(),
        )
        aws.cloudwatch.EventTarget(
            self.child(finding.word, "topic"), rule=rule.name, arn=args.topics[finding.tells], opts=self.owned()
        )

    def _alarm(self, args: FindingsArgs, row: Pattern, log_group: pulumi.Input[str]) -> aws.cloudwatch.MetricAlarm:
        aws.cloudwatch.LogMetricFilter(
            self.child(row.word),
            name=args.names.of("filter", row.word),
            log_group_name=log_group,
            pattern=row.pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=_namespace(args), name=row.metric, value="1", default_value="0"
            ),
            opts=self.owned(),
        )
        name = args.names.of("alarm", row.word)
        return aws.cloudwatch.MetricAlarm(
            self.child(row.word),
            name=name,
            alarm_description=f"{row.todo} Runbook: {RUNBOOK}#{row.word}",
            namespace=_namespace(args),
            metric_name=row.metric,
            statistic="Sum",
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=row.most,
            treat_missing_data="notBreaching",  # nobody called anything
            alarm_actions=[args.topics["warning"]],
            ok_actions=[args.topics["info"]],
            tags=self.named(name),
            opts=self.owned(),
        )

    def _dashboard(self, args: FindingsArgs, alarms: Sequence[pulumi.Input[str]]) -> None:
        body = {"start": "-P7D", "widgets": [*_charts(args), {**_place(len(PATTERNS)), **_states(alarms)}]}
        aws.cloudwatch.Dashboard(
            self.child("board"),
            dashboard_name=args.names.of("dashboard"),
            dashboard_body=pulumi.Output.json_dumps(body, sort_keys=True),
            opts=self.owned(),
        )


def _namespace(args: FindingsArgs) -> str:
    return f"{args.names.prefix}/trail"


def _charts(args: FindingsArgs) -> Iterator[dict[str, Any]]:
    for index, row in enumerate(PATTERNS):
        yield {
            **_place(index),
            "type": "metric",
            "properties": {
                "title": row.word,
                "metrics": [[_namespace(args), row.metric]],
                "stat": "Sum",
                "period": 300,
                "region": args.facts.region,
                "view": "timeSeries",
                "annotations": {"horizontal": [{"label": "alarm", "value": row.most}]},
            },
        }


def _states(alarms: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarms)}}


def _place(index: int) -> dict[str, int]:
    return {"x": index * 6, "y": 0, "width": 6, "height": 6}
