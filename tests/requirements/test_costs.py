"""CP-COST: what watches the costs, and what they will be."""

import csv
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pytest
import yaml

from costs.estimate import estimate
from costs.prices import COMPILED, FOLDER, HOURS, book
from costs.usage import assumed
from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, noticed
from tests.requirements.expected import ACCOUNT, environments, requirement, shared
from tests.requirements.reading import arn, at, document, key, of, one, only
from tests.stack_files import changed
from tests.stacks import ROOT, recorded

#: The end of the ledger's range of each environment.
CEILING = {"dev": 120, "staging": 200, "prod": 600}
TAGS = ("Environment", "Project", "Owner")
#: Prices that were read since the others were compiled.
SINCE = FOLDER / "prices-since.csv"


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
PRICES = ROOT.parent / "shared/data/prices.yaml"
#: The ledger's rows of each table, and its range.
TABLES = {
    "dev": ({"ECS Fargate", "RDS", "ElastiCache", "NAT", "ALB", "CloudWatch", "S3", "Other"}, (80, 120)),
    "staging": ({"ECS Fargate", "RDS", "ElastiCache", "NAT", "ALB", "CloudWatch", "Other"}, (150, 200)),
    "prod": ({"ECS Fargate", "RDS", "ElastiCache", "NAT", "ALB", "CloudWatch", "WAF", "Other"}, (400, 600)),
}
#: What the ledger's tables leave out (N-07, N-34).
BESIDE = {"VPC endpoints", "Public IPv4"}


class CostRow(NamedTuple):
    """A line of the estimate, as it is written."""

    row: str
    what: str
    quantity: str
    hours: str
    price: str
    usd: str


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"(?m)^## ", text)[1:]
    return {part.split("\n")[0]: part for part in parts}


def written(text: str, stack: str) -> tuple[list[CostRow], Decimal]:
    """The lines of a stack's table, and its sum."""
    cells = [line.strip("| ").split("|") for line in sections(text)[stack.title()].splitlines() if line.startswith("|")]
    *rows, last = [CostRow(*(cell.strip() for cell in row)) for row in cells[2:]]
    assert last.row == "**Sum**"
    return rows, Decimal(last.usd.strip("*"))


def quantities(platform: Recording, stack: str) -> dict[tuple[str, str], tuple[float, float]]:
    """How many of what a stack has, and for how many hours a month, by row and words of the estimate."""
    task, count = one(platform, "ecs.TaskDefinition"), one(platform, "appautoscaling.Target")["minCapacity"]
    database, cache = one(platform, "rds.Instance"), one(platform, "elasticache.ReplicationGroup")
    vcpu, memory = int(task["cpu"]) / 1024, int(task["memory"]) / 1024
    up = 260.71 if stack == "dev" else 730  # 12 hours on weekdays: 60 of 168
    interfaces = [each for each in of(platform, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    alarms = of(platform, "cloudwatch.MetricAlarm")
    metrics = [query for each in alarms for query in each.inputs.get("metricQueries", []) if "metric" in query]
    plain = [each for each in alarms if "metricQueries" not in each.inputs]
    balancer = one(platform, "lb.LoadBalancer")
    nodes = cache["numCacheClusters"]
    return {
        ("ECS Fargate", f"{count} × {vcpu:g} vCPU"): (count * vcpu, up),
        ("ECS Fargate", f"{count} × {memory:g} GB"): (count * memory, up),
        ("RDS", database["instanceClass"]): (1, up),
        ("RDS", f"{database['allocatedStorage']} GB gp3"): (database["allocatedStorage"], 1),
        ("ElastiCache", f"{nodes} × {cache['nodeType']}"): (nodes, 730),
        ("NAT", "gateways"): (len(of(platform, "ec2.NatGateway")), 730),
        ("ALB", "load balancers"): (1, 730),
        ("CloudWatch", "metrics that alarms watch"): (len(plain) + len(metrics), 1),
        ("CloudWatch", "incidents"): (len(of(platform, "cloudwatch.CompositeAlarm")), 1),
        ("CloudWatch", "dashboards"): (1, 1),
        ("CloudWatch", "metrics from logs"): (len(of(platform, "cloudwatch.LogMetricFilter")), 1),
        ("WAF", "web ACLs"): (1, 1),
        ("WAF", "rules"): (len(one(platform, "wafv2.WebAcl")["rules"]), 1),
        ("Other", "keys"): (len(of(platform, "kms.Key")), 1),
        ("Other", "secrets"): (len(of(platform, "secretsmanager.Secret")), 1),
        ("VPC endpoints", "interface endpoints × zones"): (sum(len(each["subnetIds"]) for each in interfaces), 730),
        ("Public IPv4", "addresses of NAT and ALB"): (len(of(platform, "ec2.Eip")) + len(balancer["subnets"]), 730),
    }


def assert_estimated(text: str, platform: Recording, stack: str) -> None:
    """Every line is what it multiplies, of what the stack records; the ledger's rows are within their range, and what
    stands beside them is said to be why the sum is not."""
    rows, total = written(text, stack)
    for each in rows:
        exact = Decimal(each.quantity) * Decimal(each.hours or 1) * Decimal(each.price)
        assert Decimal(each.usd) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP), each
    assert sum(Decimal(each.usd) for each in rows) == total
    counted = {(each.row, each.what): (float(each.quantity), float(each.hours or 1))
               for each in rows if not each.what.endswith("(assumed)")}  # fmt: skip
    assert counted == quantities(platform, stack)
    named, (low, high) = TABLES[stack]
    assert {each.row for each in rows} - named <= BESIDE | {"WAF"}
    assert named <= {each.row for each in rows}
    own = total - sum(Decimal(each.usd) for each in rows if each.row in BESIDE)
    assert low <= own <= high
    compared = sections(text)["Against the requirements"]
    assert f"{low} to {high} | **{own:.2f}**" in compared
    assert f"**{total:.2f}**" in compared
    assert all(f"- **{row}**" in compared for row in BESIDE)


@pytest.mark.parametrize(
    "stack", [pytest.param(stack, marks=requirement(f"CP-COST-0{n}")) for n, stack in enumerate(TABLES, 1)]
)
def test_the_estimate_is_what_the_stack_costs(platform: Recording, stack: str) -> None:
    assert_estimated(ESTIMATE.read_text(), platform, stack)


@pytest.mark.skipif(not PRICES.is_file(), reason="../shared is not here")
def test_the_prices_are_those_that_were_compiled() -> None:
    """Each as it was read, with how sure that is; what is not sure is named in the estimate."""
    found = yaml.load(PRICES.read_text(), yaml.CSafeLoader)
    assert found["meta"]["compiled"] == COMPILED
    assert found["meta"]["hours_per_month"] == HOURS
    read = {(each["id"], region): given for each in found["prices"] for region, given in each["regions"].items()}
    since = {(row["price"], row["region"]) for row in csv.DictReader(SINCE.read_text().splitlines())}
    assert not since & read.keys()
    compiled = {key: price for key, price in book().items() if key not in since}
    assert {key: (price.usd, price.sure, price.date, [*price.sources]) for key, price in compiled.items()} == {
        key: (given["usd"], given["confidence"], given.get("date", ""), given["src"]) for key, given in read.items()
    }


def test_every_price_of_the_estimate_is_listed() -> None:
    """With its region, its unit, and how sure it is."""
    text = sections(ESTIMATE.read_text())["Prices"]
    for stack in (*TABLES, "shared"):
        for line in estimate(recorded(stack, True), assumed(ROOT, stack)).lines:
            price = book()[line.price, line.region]
            assert f"| `{line.price}` | {line.region} | {price.usd:.10g} | {price.unit} | {price.sure} |" in text


def assert_reports(text: str) -> None:
    """Which reports, when somebody reads them, and how to see that the estimate was right."""
    reports = sections(text)["Reports"]
    for words in ("tag `Environment`", "by service", "get-cost-and-usage", "first Monday", "Verify:"):
        assert words in reports


@requirement("CP-COST-07", stacks=["shared"])
def test_cost_reports_are_described() -> None:
    """By the tags that the shared stack activates."""
    assert_reports(ESTIMATE.read_text())
    assert {each["tagKey"] for each in of(with_tags("shared"), "costexplorer.CostAllocationTag")} >= {"Environment"}


SAVINGS = ("Shutdown of dev", "64 %", "single NAT gateway", "about 73", "VPC endpoints", "Right-sized")
LATER = ("Reserved Instance", "30 %", "Savings Plan", "20 %", "log retention")


def assert_savings(text: str) -> None:
    """What is saved, what could be, and what all of it costs a month and a year, as the tables add up."""
    found = sections(text)
    assert {"Dev", "Staging", "Prod", "Shared"} <= found.keys()
    assert all(words in found["Saved already"] for words in SAVINGS)
    assert all(words in found["To be saved"] for words in LATER)
    total = sum(written(text, stack)[1] for stack in (*TABLES, "shared"))
    assert f"| **all, a month** | **{total}** |" in found["Forecast"]
    assert f"| **all, a year** | **{total * 12}** |" in found["Forecast"]
    # What the text says about the figures.
    without = {stack: written(text, stack)[1] - _sum(text, stack, "VPC endpoints") for stack in ("dev", "staging")}
    assert f"about {without['dev']:.0f} and {without['staging']:.0f}, within" in found["Against the requirements"]
    assert without["dev"] <= TABLES["dev"][1][1]
    assert without["staging"] <= TABLES["staging"][1][1]
    cheaper = re.search(r"weekends \| ([\d.]+) − ([\d.]+) \| ([\d.]+) \|", found["Saved already"])
    assert cheaper
    always, now, saved = map(Decimal, cheaper.groups())
    assert (always - now, now) == (saved, _sum(text, "dev", "ECS Fargate") + _sum(text, "dev", "RDS"))
    assert f"about {saved / (written(text, 'dev')[1] + saved) * 100:.0f} %, not 60 %" in found["Saved already"]


def _sum(text: str, stack: str, row: str) -> Decimal:
    return sum((Decimal(each.usd) for each in written(text, stack)[0] if each.row == row), Decimal())


@requirement("CP-COST-08", "CP-COST-09", "CP-COST-10")
def test_the_estimate_names_savings_and_forecast() -> None:
    """Per environment, with what is saved and what could be; what it says is saved is built."""
    assert_savings(ESTIMATE.read_text())
    assert [len(of(recorded(stack, True), "ec2.NatGateway")) for stack in TABLES] == [1, 1, 3]
    assert len(of(recorded("dev", True), "cloudwatch.EventRule")) == 2


def test_an_estimate_that_is_off_is_seen() -> None:
    """Another figure, a lost row, a quantity that the stack does not have, a deviation without its reason."""
    dev, text = recorded("dev", True), ESTIMATE.read_text()
    for wrong in (
        ("| 32.85 |", "| 32.86 |"),
        ("| Other | secrets | 5 |  | 0.4 | 2.00 |\n", ""),
        ("| NAT | gateways | 1 | 730 | 0.045 | 32.85 |", "| NAT | gateways | 2 | 730 | 0.045 | 65.70 |"),
        ("- **Public IPv4**", "- Public IPv4"),
    ):
        assert wrong[0] in text
        with pytest.raises(AssertionError):
            assert_estimated(text.replace(*wrong), dev, "dev")


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (assert_reports, "first Monday"),
        (assert_savings, "30 %"),
        (assert_savings, "a year"),
        (assert_savings, "about 73"),
    ],
)
def test_an_estimate_without_its_parts_is_seen(proof: Callable[[str], None], words: str) -> None:
    """Of CP-COST-07 to -10."""
    proof(ESTIMATE.read_text())
    with pytest.raises(AssertionError):
        proof(ESTIMATE.read_text().replace(words, ""))


TAG = add("costexplorer.CostAllocationTag", tagKey="Owner", status="Active")
MONITOR, SUBSCRIPTION = "costexplorer.AnomalyMonitor", "costexplorer.AnomalySubscription"

BREACHES = [
    Breach("CP-COST-04", test_costs_are_broken_down_by_three_tags, TAG, "shared"),
    Breach("CP-COST-05", test_anomalies_are_looked_for_service_by_service,
           change(MONITOR, monitorDimension="LINKED_ACCOUNT"), "shared"),
    Breach("CP-COST-06", test_large_anomalies_are_told_at_once, change(SUBSCRIPTION, frequency="DAILY"), "shared"),
    Breach("CP-COST-06", test_large_anomalies_are_told_at_once, change("sns.TopicPolicy", "warning", policy=lambda
           old: old.replace("costalerts.", "other.")), "shared"),
    Breach("CP-COST-11", test_a_budget_warns_in_time, change("budgets.Budget", limitAmount="1200")),
    Breach("CP-COST-11", test_a_budget_warns_in_time, change("budgets.Budget", notifications=[])),
    Breach("CP-COST-01", test_the_estimate_is_what_the_stack_costs, drop("ec2.NatGateway")),
    Breach("CP-COST-02", test_the_estimate_is_what_the_stack_costs,
           change("rds.Instance", instanceClass="db.t3.medium"), "staging"),
    Breach("CP-COST-03", test_the_estimate_is_what_the_stack_costs,
           change("appautoscaling.Target", minCapacity=9), "prod"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
