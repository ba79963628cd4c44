"""CP-COST: what watches the costs, and what they will be."""

import re

import pytest

from preview.recording import Recording
from tests.requirements.estimate import estimate
from tests.requirements.expected import ACCOUNT, environments, requirement, shared
from tests.requirements.options import changed
from tests.requirements.reading import arn, at, document, key, of, one, only
from tests.stacks import ROOT, recorded

#: The end of the ledger's range of each environment.
CEILING = {"dev": 120, "staging": 200, "prod": 600}
TAGS = ("Environment", "Project", "Owner")


def with_tags(stack: str) -> Recording:
    """The shared stack a day later, when AWS knows the tags (N-46)."""
    return changed(stack, lambda config: config["cloudplatform:costs"].update(tags=list(TAGS)))


@requirement("CP-COST-04")
@shared
def test_costs_are_broken_down_by_three_tags(platform: Recording, stack: str) -> None:
    """Not yet at the first deployment, which AWS would refuse; every resource that is billed carries them."""
    assert of(platform, "costexplorer.CostAllocationTag") == []
    later = of(with_tags(stack), "costexplorer.CostAllocationTag")
    assert {each["tagKey"]: each["status"] for each in later} == dict.fromkeys(TAGS, "Active")
    assert all({*TAGS} <= each["tagsAll"].keys() for each in platform.resources.values() if "tagsAll" in each.inputs)


@requirement("CP-COST-05")
@shared
def test_anomalies_are_looked_for_service_by_service(platform: Recording, stack: str) -> None:
    monitor = one(platform, "costexplorer.AnomalyMonitor")
    assert (monitor["monitorType"], monitor["monitorDimension"]) == ("DIMENSIONAL", "SERVICE")


@requirement("CP-COST-06")
@shared
def test_large_anomalies_are_told_at_once(platform: Recording, stack: str) -> None:
    """By the warning topic, which lets the service in on behalf of this account; so does the key."""
    subscription = one(platform, "costexplorer.AnomalySubscription")
    topic = at(platform, "sns.Topic", name="shared-warning-alerts")
    assert subscription["frequency"] == "IMMEDIATE"
    assert subscription["monitorArnLists"] == [arn(one(platform, "costexplorer.AnomalyMonitor"))]
    assert subscription["subscribers"] == [{"type": "SNS", "address": arn(topic)}]
    assert subscription["thresholdExpression"]["dimension"] == {
        "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        "matchOptions": ["GREATER_THAN_OR_EQUAL"],
        "values": ["20"],
    }
    service = ("Service", "costalerts.amazonaws.com")
    policy = only(each for each in of(platform, "sns.TopicPolicy") if each["arn"] == arn(topic))
    for text, action in ((policy["policy"], "sns:Publish"), (key(platform)["policy"], "kms:GenerateDataKey*")):
        statement = only(each for each in document(text) if service in each.principals)
        assert statement.allows
        assert action in statement.actions
        assert statement.condition["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


@requirement("CP-COST-11")
@environments
def test_a_budget_warns_in_time(platform: Recording, stack: str) -> None:
    """Of the environment's own costs, at its ceiling; the warning topic lets the service in, and so does the key."""
    budget = one(platform, "budgets.Budget")
    assert (budget["budgetType"], budget["timeUnit"], budget["limitUnit"]) == ("COST", "MONTHLY", "USD")
    assert float(budget["limitAmount"]) == CEILING[stack]
    assert budget["costFilters"] == [{"name": "TagKeyValue", "values": [f"user:Environment${stack}"]}]
    topic = at(platform, "sns.Topic", name=f"{stack}-warning-alerts")
    assert {(each["notificationType"], each["threshold"]) for each in budget["notifications"]} >= {
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    }
    assert [each["subscriberSnsTopicArns"] for each in budget["notifications"]] == [[arn(topic)]] * len(
        budget["notifications"]
    )
    service = ("Service", "budgets.amazonaws.com")
    policy = only(each for each in of(platform, "sns.TopicPolicy") if each["arn"] == arn(topic))
    assert any(service in each.principals and each.allows for each in document(policy["policy"]))
    assert any(service in each.principals and each.allows for each in document(key(platform)["policy"]))
    other = changed(stack, lambda config: config["cloudplatform:budget"].update(monthly=77))
    assert float(one(other, "budgets.Budget")["limitAmount"]) == 77


@pytest.mark.parametrize("stack", ["shared"])
def test_the_account_s_watch_stands_once(platform: Recording, stack: str) -> None:
    """The shared stack has no budget: the environments' add up to it."""
    assert of(platform, "budgets.Budget") == []


ESTIMATE = ROOT / "COST_ESTIMATE.md"
#: The ledger's rows of each table, and its range.
TABLES = {
    "dev": ({"Fargate", "RDS", "Redis", "NAT", "ALB", "CloudWatch", "S3", "Other"}, (80, 120)),
    "staging": ({"Fargate", "RDS", "Redis", "NAT", "ALB", "CloudWatch", "Other"}, (150, 200)),
    "prod": ({"Fargate", "RDS", "Redis", "NAT", "ALB", "CloudWatch", "WAF", "Other"}, (400, 600)),
}


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"(?m)^## ", text)[1:]
    return {part.split("\n")[0]: part for part in parts}


def assert_estimated(text: str, platform: Recording, stack: str) -> None:
    """The section of a stack has its rows with what is computed, its range, and why it is outside that."""
    section = sections(text)[stack]
    rows, (low, high) = TABLES[stack]
    costs = estimate(platform, stack)
    written = dict(re.findall(r"(?m)^\| ([\w ]+) \| (\d+) \|$", section))
    assert written == {row: f"{dollars:.0f}" for row, dollars in costs.items()}
    assert rows <= written.keys()
    assert f"| **Sum** | **{sum(costs.values()):.0f}** |" in section
    assert f"${low}-{high}" in section
    inside = low <= sum(costs.values()) <= high
    assert inside or "**Above its range**" in section
    assert sum(costs.values()) - costs["VPC endpoints"] <= high, "then the endpoints do not explain it"


@pytest.mark.parametrize(
    "stack", [pytest.param(stack, marks=requirement(f"CP-COST-0{n}")) for n, stack in enumerate(TABLES, 1)]
)
def test_the_estimate_is_what_the_stack_costs(platform: Recording, stack: str) -> None:
    assert_estimated(ESTIMATE.read_text(), platform, stack)


@requirement("CP-COST-07", stacks=["shared"])
def test_cost_reports_are_described() -> None:
    """Which, when somebody reads them, by the tags that the shared stack activates, and what is compared."""
    text = sections(ESTIMATE.read_text())["Forecast, reports and alerts"]
    for words in ("**Reports**", "by tag Environment", "by service", "get-cost-and-usage", "first Monday", "Verify:"):
        assert words in text
    assert {each["tagKey"] for each in of(with_tags("shared"), "costexplorer.CostAllocationTag")} >= {
        "Environment",
        "Project",
    }


SAVINGS = ("dev is shut down", "64 %", "One NAT gateway", "$66", "VPC endpoints", "Right sizes")
LATER = ("Reserved instances", "30 %", "Savings Plan", "20 %", "Retention of logs")


@requirement("CP-COST-08", "CP-COST-09", "CP-COST-10")
def test_the_estimate_names_savings_and_forecast() -> None:
    """Per environment, with what is saved and what could be; what it says is saved is built."""
    found = sections(ESTIMATE.read_text())
    assert {*TABLES, "shared", "What is saved already", "What can be saved later"} <= found.keys()
    assert all(words in found["What is saved already"] for words in SAVINGS)
    assert all(words in found["What can be saved later"] for words in LATER)
    total = sum(sum(estimate(recorded(stack, True), stack).values()) for stack in TABLES)
    assert total == pytest.approx(1050, rel=0.03)
    assert "$1,050" in found["Forecast, reports and alerts"]
    assert [len(of(recorded(stack, True), "ec2.NatGateway")) for stack in TABLES] == [1, 1, 3]
    assert len(of(recorded("dev", True), "cloudwatch.EventRule")) == 2


def test_an_estimate_that_is_off_is_seen() -> None:
    """Another figure, a lost row, a range without its reason."""
    dev, text = recorded("dev", True), ESTIMATE.read_text()
    for wrong in (("| NAT | 33 |", "| NAT | 40 |"), ("| RDS | 7 |\n", ""), ("**Above its range**", "It is")):
        with pytest.raises(AssertionError):
            assert_estimated(text.replace(*wrong), dev, "dev")
