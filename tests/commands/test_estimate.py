"""Costs of any stack: each resource priced, by use, free, or said to have no price; never another region's price."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from costs import estimate as estimates
from costs.document import document
from costs.estimate import CostLine, Estimate, estimate
from costs.hours import running
from costs.policies import told
from costs.prices import book
from costs.usage import Assumed, assumed
from guard.aws.budgets import BUDGET
from guard.model.graph import Resource, plain
from guard.model.rule import judge
from guard.rules import RULES
from preview.figures import kind
from preview.recording import Options, RecordedResource, Recording
from tests.stack_files import Config, changed
from tests.stacks import BLUEPRINT_STACKS, EVERY_STACK, ROOT, project, recorded


def use_of(stack: str) -> Assumed:
    return assumed(project(stack)[1], stack.rpartition("/")[2])


@cache
def estimated(stack: str, most: bool = False) -> Estimate:
    return estimate(recorded(stack, True), use_of(stack), most)


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_every_resource_of_every_stack_is_priced_by_use_or_free(stack: str) -> None:
    """None is left out of the sum: each has a price in its own region, and use is assumed of all of them."""
    recording, least, most = recorded(stack, True), estimated(stack), estimated(stack, most=True)
    of_aws = {each.urn for each in recording.resources.values() if each.package == "aws" and not each.read}
    assert least.charges.keys() == of_aws
    assert {*least.charges.values()} <= {"priced", "by use", "free"}
    assert (least.unpriced, [use.word for use in least.unassumed]) == ([], [])
    assert 0 < least.baseline <= least.total <= most.total
    places = {each.inputs.get("region", recording.config["aws:region"]) for each in recording.resources.values()}
    for line in least.lines:
        assert line.region in places
        assert line.unit == book()[line.price, line.region].usd


@pytest.mark.parametrize("stack", ["techcorp/production-dr", "techcorp/production-eu"])
def test_another_regions_price_is_never_taken(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the prices of its region no resource has any, whatever other regions have."""
    region = recorded(stack, True).config["aws:region"]
    without = {key: value for key, value in book().items() if key[1] != region}
    monkeypatch.setattr(estimates, "price", lambda id_, where: without.get((id_, where)))
    found = estimate(recorded(stack, True), use_of(stack))
    assert {line.usd for line in found.lines if line.region == region} <= {None, 0.0}
    priced = {line.region for urn, charge in found.charges.items() if charge == "priced" for line in found.own[urn]}
    assert priced <= {"us-east-1"}  # what guards CloudFront stands there
    assert found.total == sum(line.usd or 0 for line in found.lines if line.region != region)
    assert "RDS: rds.storage.gp3.multi_az" in found.unpriced or stack.endswith("dr")


@pytest.mark.parametrize(
    ("stack", "allowed", "over"),
    [("dev", 120, True), ("prod", 600, True), ("web-platform/production", 600, False), ("shared", None, False)],
)
def test_the_pack_speaks_of_the_figures_that_are_shown(stack: str, allowed: float | None, over: bool) -> None:
    """Its finding says the preview's sum and budget to the cent, and is there where the preview says it is over."""
    least = estimated(stack)
    costs = document(least)
    assert (costs["budget"], costs["over_budget"]) == (allowed, over)
    budgets = [each for each in recorded(stack, True).resources.values() if each.type == BUDGET]
    asked = [Resource(each.urn, each.type, plain(each.inputs)) for each in budgets]
    told_of = told(least, {})["budget-advice"]
    said = [one.text for each in asked for one in judge(RULES["over-budget"], each, values=told_of)]
    more = (
        f"allows {allowed:.2f} USD a month: the stack costs {costs['total']:.2f}, {costs['total'] - allowed:.2f} more"
        if allowed and over
        else ""
    )
    assert said == [more] * over


def test_another_region_has_no_price_of_this_one() -> None:
    def line(quantity: float, region: str) -> CostLine:
        return CostLine("NAT", "gateways", quantity, 730, "nat_gateway.hour", region)

    assert [line(2, region).usd for region in ("us-east-1", "eu-west-1", "eu-west-3")] == [65.7, 70.08, None]
    assert line(0, "eu-west-3").usd == 0
    assert CostLine("Other", "hosted zones", 1, 1, "route53.hosted_zone", "eu-west-1").usd == 0.5


def test_what_nobody_assumed_is_said_and_not_in_the_sum() -> None:
    found = estimate(recorded("dev", True), {"nat": 5})
    assert found.total == round(found.baseline + 0.23, 2)
    assert {"lcu", "metrics", "logs", "calls"} <= {use.word for use in found.unassumed}


def with_class(class_: str) -> Recording:
    return changed("dev", lambda config: config["cloudplatform:database"].update({"class": class_}))


def test_a_class_without_a_price_is_said_to_have_none() -> None:
    """Its row has no sum, its resource no price, and the sum of all says what is not in it."""
    found = estimate(with_class("db.m7g.large"), use_of("dev"))
    assert found.unpriced == ["RDS: rds.postgres.db.m7g.large.single_az"]
    assert [urn.rpartition("::")[2] for urn, charge in found.charges.items() if charge == "no price known"] == [
        "database-instance"
    ]


def second_service(config: Config) -> None:
    services = config["cloudplatform:services"]
    del config["cloudplatform:hours"]
    first = services["fastapi"]
    services["jobs"] = {
        "image": first["image"], "cpu": 512, "memory": 1024, "count": {"min": 3}, "group": "jobs", "internet": True,
        "deployment": first["deployment"],
    }  # fmt: skip


def test_every_service_is_counted() -> None:
    """One that scales from its least, one with a fixed number of tasks; without hours all month."""
    stack = changed("dev", second_service)
    assert running(stack) == 730
    tasks = [line.what for line in estimate(stack, {}).lines if line.row == "ECS Fargate"]
    assert sorted(tasks) == ["1 × 0.25 vCPU", "1 × 0.5 GB", "3 × 0.5 vCPU", "3 × 1 GB"]


# Resources one by one, without the program.


def made(type_: str, **inputs: Any) -> RecordedResource:
    """A resource of a type such as `rds/instance:Instance`."""
    return RecordedResource(
        urn=f"urn:{type_}", type=f"aws:{type_}", name="it", parent="parent", custom=True, remote=False, read=False,
        provider="", id="id", inputs=inputs, outputs={}, secrets=frozenset(), dependencies=(), property_dependencies={},
        options=Options(),
    )  # fmt: skip


def lines_of(*resources: RecordedResource, region: str = "us-east-1") -> list[tuple[str, str, float, float | None]]:
    """What they alone cost: row, words, quantity, USD a month."""
    stack = replace(recorded("dev", True), config={"aws:region": region}, resources={it.urn: it for it in resources})
    return [(line.row, line.what, line.quantity, line.usd) for line in estimate(stack, {}).lines]


def service(strategies: list[dict[str, Any]], architecture: str = "X86_64") -> list[RecordedResource]:
    return [
        made("ecs/service:Service", name="web", desiredCount=5, capacityProviderStrategies=strategies),
        made("ecs/taskDefinition:TaskDefinition", cpu="1024", memory="2048",
             runtimePlatform={"cpuArchitecture": architecture}),
    ]  # fmt: skip


def test_spot_is_counted_by_its_share() -> None:
    """One on demand first, then three of four on Spot; of Spot on Arm no price is known."""
    mixed = [{"capacityProvider": "FARGATE", "base": 1, "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]
    assert lines_of(*service(mixed)) == [
        ("ECS Fargate", "2 × 1 vCPU", 2, 59.10),
        ("ECS Fargate", "2 × 2 GB", 4, 12.98),
        ("ECS Fargate", "3 × 1 vCPU on Spot", 3, 26.6),
        ("ECS Fargate", "3 × 2 GB on Spot", 6, 5.84),
    ]
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    assert [usd for *_, usd in lines_of(*service(spot, "ARM64"))] == [None, None]


DATABASE = {"instanceClass": "db.t4g.medium", "storageType": "gp3", "allocatedStorage": 100}


@pytest.mark.parametrize(
    ("resources", "lines"),
    [
        ([made("rds/instance:Instance", **DATABASE, engine="mysql", multiAz=True)],
         [("RDS", "db.t4g.medium", 1, 94.9), ("RDS", "100 GB gp3", 100, 23.0)]),
        ([made("rds/instance:Instance", **DATABASE, engine="postgres", iops=4000)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "100 GB gp3", 100, 11.5),
          ("RDS", "IOPS above the baseline", 1000, 20.0)]),
        ([made("rds/instance:Instance", **DATABASE, engine="postgres", multiAz=True, iops=4000)],
         [("RDS", "db.t4g.medium", 1, 94.9), ("RDS", "100 GB gp3", 100, 23.0),
          ("RDS", "IOPS above the baseline", 1000, 40.0)]),
        ([made("rds/instance:Instance", **DATABASE | {"allocatedStorage": 400}, engine="postgres", iops=12000,
               storageThroughput=600)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "400 GB gp3", 400, 46.0),
          ("RDS", "MB/s above the baseline", 100, 8.0)]),
        # What RDS takes where nothing is said.
        ([made("rds/instance:Instance", instanceClass="db.t4g.medium", engine="postgres", allocatedStorage=100)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "100 GB gp2", 100, 11.5)]),
        ([made("rds/instance:Instance", instanceClass="db.t4g.medium", engine="postgres", allocatedStorage=100,
               iops=1000)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "100 GB io1", 100, 12.5),
          ("RDS", "IOPS above the baseline", 1000, 100.0)]),
        ([made("rds/instance:Instance", **DATABASE, engine="postgres", manageMasterUserPassword=True)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "100 GB gp3", 100, 11.5), ("Other", "secrets", 1, 0.4)]),
        ([made("route53/healthCheck:HealthCheck", type="TCP", requestInterval=30)],
         [("Other", "health checks", 1, 0.5)]),
        ([made("route53/healthCheck:HealthCheck", type="HTTPS_STR_MATCH", requestInterval=10, measureLatency=True)],
         [("Other", "health checks", 1, 0.5), ("Other", "options of health checks", 4, 4.0)]),
        ([made("ecs/service:Service", name="web", desiredCount=2, networkConfiguration={"assignPublicIp": True})],
         [("Public IPv4", "addresses of tasks", 2, 7.3)]),
        ([made("ec2/instance:Instance", instanceType="t4g.nano", associatePublicIpAddress=True)],
         [("EC2", "t4g.nano", 1, 3.07), ("Public IPv4", "addresses of machines", 1, 3.65),
          ("EC2", "a disk of its image's size", 1, None)]),
        ([made("dynamodb/table:Table", writeCapacity=20, readCapacity=30, replicas=[{"regionName": "us-east-2"}])],
         [("DynamoDB", "WCU provisioned", 40, 18.98), ("DynamoDB", "RCU provisioned", 60, 5.69)]),
        ([made("route53/keySigningKey:KeySigningKey")], []),
        ([made("shield/protection:Protection")],
         [("Security services", "Shield Advanced, by a subscription of the organization", 1, None)]),
        # A replica: its engine is its parameter group's, its storage its source's, of which no price is known.
        ([made("rds/instance:Instance", instanceClass="db.t4g.medium", parameterGroupName="pg"),
          made("rds/parameterGroup:ParameterGroup", name="pg", family="postgres15")],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "storage of the size of its source", 1, None)]),
        ([made("rds/instance:Instance", instanceClass="db.t4g.medium")],
         [("RDS", "db.t4g.medium", 1, None), ("RDS", "storage of the size of its source", 1, None)]),
        ([made("rds/instance:Instance", **DATABASE, engine="postgres", performanceInsightsRetentionPeriod=731)],
         [("RDS", "db.t4g.medium", 1, 47.45), ("RDS", "100 GB gp3", 100, 11.5),
          ("RDS", "Performance Insights of 731 days", 1, None)]),
        ([made("elasticache/replicationGroup:ReplicationGroup", engine="valkey", nodeType="cache.t4g.micro",
               numNodeGroups=3, replicasPerNodeGroup=1)],
         [("ElastiCache", "6 × cache.t4g.micro", 6, 56.06)]),
        ([made("lb/loadBalancer:LoadBalancer", loadBalancerType="network", internal=True, subnets=["a", "b"])],
         [("NLB", "load balancers", 1, 16.43)]),
        ([made("lb/loadBalancer:LoadBalancer", subnets=["a", "b"])],
         [("ALB", "load balancers", 1, 16.43), ("Public IPv4", "addresses of NAT and ALB", 2, 7.3)]),
        ([made("dynamodb/table:Table", billingMode="PROVISIONED", writeCapacity=10, readCapacity=20)],
         [("DynamoDB", "WCU provisioned", 10, 4.75), ("DynamoDB", "RCU provisioned", 20, 1.9)]),
        ([made("secretsmanager/secret:Secret", replicas=[{"region": "us-west-2"}])], [("Other", "secrets", 2, 0.8)]),
        ([made("cloudwatch/metricAlarm:MetricAlarm", period=10)],
         [("CloudWatch", "metrics that alarms watch, many times a minute", 1, 0.3)]),
        ([made("cloudwatch/metricAlarm:MetricAlarm", metricQueries=[
            {"id": "e", "expression": "ANOMALY_DETECTION_BAND(m, 2)"}, {"id": "m", "metric": {"period": 60}}])],
         [("CloudWatch", "alarms on anomalies", 1, 0.3)]),
        ([made("wafv2/webAcl:WebAcl", rules=[{"statement": {"managedRuleGroupStatement": {
            "name": "AWSManagedRulesBotControlRuleSet"}}}])],
         [("WAF", "web ACLs", 1, 5.0), ("WAF", "rules", 1, 1.0), ("WAF", "bot control", 1, 10.0)]),
        ([made("ecs/cluster:Cluster", settings=[{"name": "containerInsights", "value": "enhanced"}])],
         [("CloudWatch", "Container Insights, enhanced", 1, None)]),
        ([made("ssm/parameter:Parameter", tier="Advanced")], [("Other", "advanced parameters", 1, 0.05)]),
        ([made("ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="Gateway")], []),
        ([made("ec2/instance:Instance", instanceType="t4g.nano", rootBlockDevice={
            "volumeType": "gp3", "volumeSize": 8})],
         [("EC2", "t4g.nano", 1, 3.07), ("EC2", "8 GB gp3", 8, 0.64)]),
        ([made("accessanalyzer/analyzer:Analyzer", type="ACCOUNT_UNUSED_ACCESS"), made("iam/role:Role")],
         [("Security services", "roles whose use is analysed", 1, 0.2)]),
        ([made("efs/fileSystem:FileSystem", throughputMode="provisioned", provisionedThroughputInMibps=10)],
         [("EFS", "MB/s provisioned", 10, 60.0)]),
        ([made("codebuild/project:Project", environment={"computeType": "BUILD_GENERAL1_MEDIUM"})], []),
        ([made("codebuild/project:Project", environment={"computeType": "BUILD_GENERAL1_LARGE"})],
         [("Pipelines", "builds on BUILD_GENERAL1_LARGE", 1, None)]),
        ([made("codepipeline/pipeline:Pipeline", pipelineType="V2")], []),
        ([made("codepipeline/pipeline:Pipeline")], [("Pipelines", "pipelines that run at all", 1, 1.0)]),
        # On machines, which are billed by themselves.
        ([made("ecs/service:Service", name="web", launchType="EC2"), *service([])[1:]], []),
        (service([{"capacityProvider": "machines", "weight": 1}]), []),
        # A type that nobody looked at.
        ([made("msk/cluster:Cluster")], [("Other", "`msk.Cluster`", 1, None)]),
    ],
    ids=lambda value: kind(value[0].type) if value and isinstance(value[0], RecordedResource) else "",
)  # fmt: skip
def test_a_resource_costs_what_the_price_book_says(
    resources: list[RecordedResource], lines: list[tuple[str, str, float, float | None]]
) -> None:
    assert lines_of(*resources) == lines


def test_a_key_is_dearer_after_its_first_rotations() -> None:
    """By 1 USD each of the first two; that is what it may come to, not what it costs at first."""
    rotated = made("kms/key:Key", enableKeyRotation=True)
    stack = replace(recorded("dev", True), resources={rotated.urn: rotated})
    assert (estimate(stack, {}).total, estimate(stack, {}).most) == (1.0, 3.0)
    fixed = replace(rotated, inputs={})
    assert estimate(replace(stack, resources={fixed.urn: fixed}), {}).most == 1.0


def test_a_resource_is_priced_where_it_is() -> None:
    """One that a stack has in another region than its own."""
    assert lines_of(made("ec2/natGateway:NatGateway", region="eu-west-1")) == [("NAT", "gateways", 1, 35.04)]
    assert lines_of(made("ec2/natGateway:NatGateway", region="eu-west-3")) == [("NAT", "gateways", 1, None)]


def test_a_replica_has_the_engine_and_the_disk_of_its_source() -> None:
    source = made("rds/instance:Instance", **DATABASE, engine="postgres", identifier="first")
    replica = made("rds/instance:Instance", instanceClass="db.t4g.micro", replicateSourceDb="first")
    assert lines_of(replica, replace(source, urn="urn:1")) == [
        ("RDS", "db.t4g.micro", 1, 11.68),
        ("RDS", "2 × (100 GB gp3)", 200, 23.0),
        ("RDS", "db.t4g.medium", 1, 47.45),
    ]


def test_alike_resources_stand_in_one_line() -> None:
    twice = [replace(made("rds/instance:Instance", **DATABASE, engine="postgres"), urn=f"urn:{n}") for n in (1, 2)]
    assert lines_of(*twice) == [("RDS", "2 × (db.t4g.medium)", 2, 94.9), ("RDS", "2 × (100 GB gp3)", 200, 23.0)]


# What was added up without the program.


def by_hand() -> dict[str, tuple[float, str]]:
    """The sums of COST_ESTIMATE.md that were made by hand, and the figures that they are made of."""
    text = (ROOT / "COST_ESTIMATE.md").read_text().partition("## Checked by hand\n")[2].partition("\n## ")[0]
    return {name: (float(usd), parts) for name, usd, parts in re.findall(r"\| ([\w/-]+) \| ([\d.]+) \| (.+) \|", text)}


def test_a_stack_of_each_system_was_added_up_by_hand() -> None:
    """Each figure is the sum of its parts, and the estimate within a tenth of it."""
    found = by_hand()
    assert {name.rpartition("/")[0] for name in found} == {"", *(name.rpartition("/")[0] for name in BLUEPRINT_STACKS)}
    for stack, (usd, parts) in found.items():
        assert sum(map(float, re.findall(r"\d+\.\d\d", parts))) == pytest.approx(usd), stack
        assert estimated(stack).total == pytest.approx(usd, rel=0.1), stack
