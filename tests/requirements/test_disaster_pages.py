"""TC-DR: what techcorp's runbook of failing over says, and that the recorded stacks have what it rests on."""

import re

import pytest

from tests.requirements.expected import requirement
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages, sections
from tests.requirements.reading import of
from tests.requirements.systems import shapes
from tests.requirements.test_runbooks import PARTS_OF_A_RUNBOOK
from tests.stacks import BLUEPRINT_STACKS, recorded

PAGE = "blueprints/techcorp/docs/runbooks/failover.md"
techcorp = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")])
PLAN = ("Declare", "Assess", "Activate", "Fail over", "Restore", "Verify", "Communicate", "Review")
STEPS = ("Route 53", "Promote", "Scale up", "Verify", "Monitor")
ANY = {"stack": "techcorp/production"}
ORDERED = re.compile(r"(?m)^\d+\. \*\*(.+?)\*\*")


def _part(written: Pages, heading: str) -> str:
    return sections(written.sections(PAGE)["Procedure"], 3)[heading]


def _targets(written: Pages) -> dict[str, list[str]]:
    return {row[0].partition(":")[0]: row[1:3] for row in written.rows(PAGE, "Purpose")}


@requirement("TC-DR-02")
@techcorp
def test_a_snapshot_before_a_major_change(written: Pages, stack: str) -> None:
    text = _part(written, "Before a major change")
    assert 0 < text.find("create-db-snapshot") < text.find("wait db-snapshot-available")
    for each in of(recorded(stack, True), "rds.Instance"):
        assert each["copyTagsToSnapshot"] is True


@requirement("TC-DR-05")
@techcorp
def test_configuration_in_git_and_state_in_s3(written: Pages, stack: str) -> None:
    """The states of production and of its standby lie in the region of each."""
    [row] = [each for each in written.rows(PAGE, "Purpose") if each[0].startswith("configuration")]
    assert all(word in row[3] for word in ("Git", "S3", "versioned", "production-dr"))
    buckets = [each for each in of(recorded(stack, True), "s3.Bucket") if each.name == "bucket-state-bucket"]
    assert bool(buckets) == (stack in ("techcorp/production", "techcorp/production-dr"))
    versions = {each.name: each for each in of(recorded(stack, True), "s3.BucketVersioning")}
    for _ in buckets:
        assert versions["bucket-state-versions"]["versioningConfiguration"]["status"] == "Enabled"


@requirement("TC-DR-06")
@techcorp
def test_critical_services(written: Pages, stack: str) -> None:
    """The target, and the alarm that tells long before it is missed."""
    assert _targets(written)["critical services"] == ["4 hours", "1 hour"]
    lags = [
        each
        for each in of(recorded(stack, True), "cloudwatch.MetricAlarm")
        if each.inputs.get("metricName") == "ReplicaLag" and each.name == "alarms-database-lag"
    ]
    assert [each["threshold"] for each in lags] == ([600] if stack.endswith("-dr") else [])


@requirement("TC-DR-07")
@techcorp
def test_non_critical_services(written: Pages, stack: str) -> None:
    """Every service of production is of one kind or the other."""
    assert _targets(written)["non-critical services"] == ["24 hours", "24 hours"]
    [row] = [each for each in written.rows(PAGE, "Purpose") if each[0].startswith("critical")]
    critical = {*re.findall(r"`([\w-]+)`", row[0])}
    names = {
        each["name"].rpartition("-service-")[2] for each in of(recorded("techcorp/production", True), "ecs.Service")
    }
    assert critical < names
    assert len(names - critical) == 9
    assert of(recorded(stack, True), "ecs.Service")


@requirement("TC-DR-08")
@techcorp
def test_the_plan_has_eight_steps(written: Pages, stack: str) -> None:
    assert list(written.sections(PAGE))[:6] == PARTS_OF_A_RUNBOOK
    assert tuple(ORDERED.findall(_part(written, "The plan"))) == PLAN
    assert of(recorded(stack, True), "rds.Instance")


@requirement("TC-DR-09")
@techcorp
def test_the_failover_has_five_steps(written: Pages, stack: str) -> None:
    """The first three are configuration of the stack in us-west-2; the script does all but the first and the last."""
    text = _part(written, "Fail over")
    assert tuple(ORDERED.findall(text)) == STEPS
    assert "python -m scripts.failover over --system techcorp" in text
    after = _part(written, "After")
    assert all(word in after for word in ("`database.source`", "`service-defaults.count.min`"))
    source = shapes.primary(recorded(stack, True)).inputs.get("replicateSourceDb")
    assert (source is not None) == stack.endswith("-dr")


BREACHES = [
    PageBreach(
        test_a_snapshot_before_a_major_change, edit(PAGE, "db-snapshot-available", "db-instance-available"), ANY
    ),
    PageBreach(test_configuration_in_git_and_state_in_s3, edit(PAGE, "state in S3", "state on a disk"), ANY),
    PageBreach(test_critical_services, edit(PAGE, "`users` | 4 hours | 1 hour", "`users` | 8 hours | 1 hour"), ANY),
    PageBreach(test_non_critical_services, edit(PAGE, "24 hours | 24 hours", "24 hours | 48 hours"), ANY),
    PageBreach(test_the_plan_has_eight_steps, edit(PAGE, "8. **Review**", "8. Review"), ANY),
    PageBreach(test_the_plan_has_eight_steps, gone(PAGE), ANY),
    PageBreach(test_the_failover_has_five_steps, edit(PAGE, "2. **Promote**", "2. **Wait for**"), ANY),
]
test_breaches = noticed(BREACHES)
