"""What techcorp's people look at and hear of: boards, Slack, findings of several regions, refused flows."""

from collections.abc import Sequence

from preview.recording import Recording
from tests.requirements.pages import pages
from tests.requirements.reading import arn, at, of, one, only
from tests.requirements.systems.table import ClassProof, Matches, Proof, StackProof
from tests.requirements.systems.watch import ALARM, BOARD, ECS, ELB, SUBSCRIPTION, TOPIC, boards, shows, widgets

CHANNEL, FILTER = "chatbot.SlackChannelConfiguration", "cloudwatch.LogMetricFilter"
TRAIL = "techcorp-production/trail"


def posted(stack: Recording, severity: str) -> None:
    """The topic of a severity is posted to a channel of Slack, from where nobody may do anything."""
    topic = only(each for each in of(stack, TOPIC) if each["name"].endswith(f"-{severity}"))
    channel = only(each for each in of(stack, CHANNEL) if arn(topic) in each["snsTopicArns"])
    assert (channel["slackTeamId"][0], channel["slackChannelId"][0]) == ("T", "C")
    assert channel["guardrailPolicyArns"] == ["arn:aws:iam::aws:policy/AWSDenyAll"]
    role = only(each for each in of(stack, "iam.Role") if arn(each) == channel["iamRoleArn"])
    assert '"chatbot.amazonaws.com"' in role["assumeRolePolicy"]
    assert not [each for each in of(stack, "iam.RolePolicy") if each["role"] == role["name"]]
    told = [each["protocol"] for each in of(stack, SUBSCRIPTION) if each["topic"] == arn(topic)]
    assert "email" in told


def shows_alarms(stack: Recording, board: str) -> None:
    """A board has the states of all alarms, and the newest error lines."""
    kinds = {each["kind"]: each for each in widgets(stack, board)}
    assert {*map(arn, of(stack, ALARM))} <= {*kinds["alarm"]["alarms"]}
    assert "/ERROR/" in kinds["log"]["query"]


def counted(stack: Recording, word: str, log: str, *words: str) -> None:
    """A metric is the number of a log's lines that have these words."""
    found = at(stack, FILTER, name=f"{one(stack, 'ec2.Vpc')['tags']['Name'].removesuffix('-vpc')}-filter-{word}")
    assert found["logGroupName"].endswith(log)
    assert [each for each in words if each not in found["pattern"]] == []
    assert found["metricTransformation"]["value"] == "1"


def refused_flows_alarm(stack: Recording) -> None:
    """Flows that the VPC refused are counted, and many of them tell somebody, who finds what to do in the runbook."""
    counted(
        stack,
        "refused-flows",
        one(stack, "ec2.FlowLog")["logDestination"].rpartition("log-group:")[2],
        "action = REJECT",
    )
    alarm = only(each for each in of(stack, ALARM) if each.inputs.get("metricName") == "RefusedFlows")
    transformed = [each["metricTransformation"] for each in of(stack, FILTER)]
    assert (alarm["namespace"], alarm["metricName"]) in [(each["namespace"], each["name"]) for each in transformed]
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 1000)
    assert {*alarm["alarmActions"]} <= {arn(each) for each in of(stack, TOPIC)}
    assert alarm["alarmDescription"].endswith("docs/runbooks/alarms.md#refused-flows")
    assert "refused-flows" in pages().sections("docs/runbooks/alarms.md")


def gathers(stack: Recording, regions: Sequence[str]) -> None:
    """Security Hub shows the findings of these regions beside its own, or only its own."""
    found = [(each["linkingMode"], each["specifiedRegions"]) for each in of(stack, "securityhub.FindingAggregator")]
    assert found == ([("SPECIFIED_REGIONS", [*regions])] if regions else [])
    assert len(of(stack, "securityhub.Account")) == 1


BOARDS = ("operations", "security", "business", "compliance", "capacity")
#: Rows of the boards: requirement, board, and the words of each line.
SHOWN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("TC-DASH-02", "operations", ("100 - 100 * (FILL(failed0, 0) + FILL(refused0, 0)) / requests0",)),
    ("TC-DASH-02", "operations", (ELB, "HealthyHostCount")),
    ("TC-DASH-02", "operations", (ELB, "HTTPCode_Target_5XX_Count", "Sum")),
    ("TC-DASH-02", "operations", (ECS, "CPUUtilization", "techcorp-production-ecs-service-api")),
    ("TC-DASH-03", "security", ("TechCorp/Auth", "FailedLogins", "Sum")),
    ("TC-DASH-03", "security", ("TechCorp/Security", "FailedSignIns", "Sum")),
    ("TC-DASH-03", "security", (TRAIL, "SignInsWithoutMfa")),
    ("TC-DASH-03", "security", (TRAIL, "UnauthorizedCalls")),
    ("TC-DASH-03", "security", ("TechCorp/Network", "RefusedFlows", "Sum")),
    ("TC-DASH-03", "security", ("AWS/WAFV2", "BlockedRequests", "techcorp-production-waf")),
    ("TC-DASH-04", "business", ("TechCorp/Users", "ActiveUsers")),
    ("TC-DASH-04", "business", ("TechCorp/Billing", "Revenue", "Sum")),
    ("TC-DASH-05", "compliance", ("AWS/Logs", "IncomingLogEvents", "/techcorp/production/cloudtrail")),
    ("TC-DASH-05", "compliance", ("TechCorp/Compliance", "AccessChanges", "Sum")),
    ("TC-DASH-05", "compliance", ("TechCorp/Compliance", "AccessReviewsOverdue", "Maximum")),
)
ROWS: list[Proof] = [
    StackProof("TC-DASH-01", boards, ([f"techcorp-production-dashboard-{each}" for each in BOARDS],), (BOARD,)),
    *(StackProof(id_, shows, (board, [words]), (BOARD,)) for id_, board, words in SHOWN),
    StackProof("TC-DASH-02", shows_alarms, ("operations",), (BOARD,)),
    StackProof("TC-DASH-03", counted, ("failed-sign-ins", "/cloudtrail", "ConsoleLogin", "Failed authentication"), (FILTER,)),
    StackProof("TC-DASH-05", counted, ("access-changes", "/cloudtrail", "iam.amazonaws.com"), (FILTER,)),
    ClassProof("TC-DASH-05", "cloudwatch.LogGroup", {"name": "/techcorp/production/cloudtrail"}, {"name": Matches("/cloudtrail$")}, 1),
    StackProof("TC-ALARM-03", posted, ("high",), (CHANNEL, SUBSCRIPTION)),
    StackProof("TC-DETECT-03", gathers, (["us-west-2"],), ("securityhub.FindingAggregator", "securityhub.Account"), ("production",)),
    StackProof("TC-DETECT-03", gathers, ([],), ("securityhub.Account",), ("production-dr", "production-eu")),
    StackProof("TC-DETECT-06", refused_flows_alarm, (), (FILTER, ALARM)),
]  # fmt: skip
