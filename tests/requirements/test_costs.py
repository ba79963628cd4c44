"""CP-COST: what watches the costs."""

import pytest

from preview.recording import Recording
from tests.requirements.expected import ACCOUNT, environments, requirement, shared
from tests.requirements.options import changed
from tests.requirements.reading import arn, at, document, key, of, one, only

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
