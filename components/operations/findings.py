"""Findings: what happens in the account that somebody must hear of, and whom it tells."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function
from components.operations.watch.trail import PLAIN_SIGN_INS, REFUSED_CALLS, TRAIL_CHANGES
from settings.tables.detection import CONFIG_RULES, Watcher
from settings.tables.operations import Severity

RUNBOOK: Final = "docs/runbooks/findings.md"
CALL, SIGN_IN = "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"
COMPLIANCE: Final = "Config Rules Compliance Change"
HIGH: Final = 7  #: GuardDuty's severity from which a finding is critical (contradiction C-39)


@dataclass(frozen=True, kw_only=True)
class FindingType:
    """One kind of event. Its word is the rule's name, which the requirements give, and its heading in the runbook."""

    word: str
    meaning: str
    watcher: Watcher
    tells: Severity | None  #: the topic that gets every such event; None where only the responder can judge it
    answered: bool = False  #: the responder gets it as well
    pattern: Mapping[str, Any]


FINDINGS: Final = (
    FindingType(
        word="guardduty-findings",
        meaning="GuardDuty is sure that somebody else is in the account",
        watcher="guardduty",
        tells="critical",  # not left to the responder, which might fail
        answered=True,
        pattern={
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", HIGH]}]},
        },
    ),
    FindingType(
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
    FindingType(
        word="config-compliance",
        meaning="A resource breaks one of the account's rules",
        watcher="recorder",
        tells="warning",
        # Named, since the conformance pack and Security Hub have rules of their own that ask the same.
        pattern={
            "source": ["aws.config"],
            "detail-type": [COMPLIANCE],
            "detail": {
                "configRuleName": sorted(CONFIG_RULES),
                "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
            },
        },
    ),
    FindingType(
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
    FindingType(
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
    FindingType(
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
    FindingType(
        word="bucket-opened",
        meaning="Somebody changed who may read a bucket",
        watcher="trail",
        tells=None,
        answered=True,
        pattern={
            "source": ["aws.s3"],
            "detail-type": [CALL],
            "detail": {
                "eventSource": ["s3.amazonaws.com"],
                "eventName": [
                    "DeleteBucketPublicAccessBlock",
                    "PutBucketAcl",
                    "PutBucketPolicy",
                    "PutBucketPublicAccessBlock",
                ],
            },
        },
    ),
    FindingType(
        word="bucket-public",
        meaning="AWS Config finds a bucket that everybody can read",
        watcher="recorder",
        tells=None,  # config-compliance tells it
        answered=True,
        pattern={
            "source": ["aws.config"],
            "detail-type": [COMPLIANCE],
            "detail": {
                "configRuleName": ["s3-bucket-public-read-prohibited"],
                "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
            },
        },
    ),
    FindingType(
        word="group-opened",
        meaning="Somebody let more into a security group",
        watcher="trail",
        tells=None,
        answered=True,
        pattern={
            "source": ["aws.ec2"],
            "detail-type": [CALL],
            "detail": {
                "eventSource": ["ec2.amazonaws.com"],
                "eventName": ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"],
            },
        },
    ),
)


#: By word: what lines of the trail's log count as, and which they are. Their alarms stand in `watch`.
PATTERNS: Final = {
    # AWS's own services probe what they may do; nobody need hear of that.
    "unauthorized-calls": (
        REFUSED_CALLS,
        '{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*")'
        ' && $.sourceIPAddress != "*.amazonaws.com" }',
    ),
    "sign-in-without-mfa": (
        PLAIN_SIGN_INS,
        '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes"'
        ' && $.userIdentity.type = "IAMUser" && $.responseElements.ConsoleLogin = "Success" }',
    ),
    "trail-changed": (
        TRAIL_CHANGES,
        "{ $.eventName = CreateTrail || $.eventName = UpdateTrail || $.eventName = DeleteTrail"
        " || $.eventName = StartLogging || $.eventName = StopLogging || $.eventName = PutEventSelectors }",
    ),
}


@dataclass(frozen=True, kw_only=True)
class FindingsArgs(Args):
    """Who reports findings, where they are sent, what answers them, and the trail's log."""

    watchers: Sequence[Watcher]
    topics: Mapping[Severity, pulumi.Input[str]]  #: ARNs
    responder: Function | None  #: what is done at once
    log_group: pulumi.Input[str] | None  #: the trail's


class Findings(Component):
    """Whatever the account's watchers find, sent to the topic of its severity and to what answers it.

    Creates a rule of EventBridge and its targets for each kind of finding that a watcher reports, with the permission
    to run the responder; where there is a trail, a metric filter for each pattern in its log.
    """

    namespace: str  #: of the metrics
    rules: Mapping[str, str]  #: names, by the findings' words

    def __init__(self, name: str, args: FindingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.namespace = f"{args.names.prefix}/trail"
        built = [each for each in FINDINGS if each.watcher in args.watchers and (each.tells or args.responder)]
        for finding in built:
            self._rule(args, finding)
        self.rules = {finding.word: args.names.of("finding-rule", finding.word) for finding in built}
        if args.log_group is not None:
            for word in PATTERNS:
                self._filter(args, word, args.log_group)
        self.register_outputs({"namespace": self.namespace, "rules": dict(self.rules)})

    def _rule(self, args: FindingsArgs, finding: FindingType) -> None:
        physical = args.names.of("finding-rule", finding.word)
        rule = aws.cloudwatch.EventRule(
            self.child(finding.word),
            name=physical,
            description=f"{finding.meaning}. Runbook: {RUNBOOK}#{finding.word}",
            event_pattern=json.dumps(finding.pattern, sort_keys=True),
            tags=self.named(physical),
            opts=self.owned(),
        )
        if finding.tells:
            aws.cloudwatch.EventTarget(
                self.child(finding.word, "topic"), rule=rule.name, arn=args.topics[finding.tells], opts=self.owned()
            )
        if finding.answered and args.responder:
            permission = args.responder.permit(finding.word, "events", rule.arn)
            aws.cloudwatch.EventTarget(
                self.child(finding.word, "responder"),
                rule=rule.name,
                arn=args.responder.arn,
                opts=self.owned(depends_on=[permission]),
            )

    def _filter(self, args: FindingsArgs, word: str, log_group: pulumi.Input[str]) -> None:
        metric, pattern = PATTERNS[word]
        aws.cloudwatch.LogMetricFilter(
            self.child(word),
            name=args.names.of("filter", word),
            log_group_name=log_group,
            pattern=pattern,
            metric_transformation={
                "namespace": self.namespace,
                "name": metric.name,
                "value": "1",
                "default_value": "0",
            },
            opts=self.owned(),
        )
