"""Prod is never weaker than staging, nor staging than dev: over all that is recorded, value by value.

Two stacks are compared resource by resource and leaf by leaf, ids and the environment's name left aside. Whatever
differs must stand in one of the tables below, which say which way is stronger; a new difference fails until somebody
has decided that. tests/contracts/test_posture.py compares sums and minima, which need no resource of the same name.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from preview.recording import RecordedResource, Recording
from tests.contracts.recordings import managed
from tests.requirements.breaches import GONE, Mutation, change, drop, merged
from tests.stacks import recorded

PAIRS = [("dev", "staging"), ("staging", "prod")]

#: The greater is the stronger: a number, True over False, something over nothing, a larger size.
MORE: Final = {
    "appautoscaling.Target": {"maxCapacity", "minCapacity"},
    "backup.Plan": {"rules.lifecycle.deleteAfter"},
    "budgets.Budget": {"notifications#", "limitAmount"},
    "cloudwatch.LogGroup": {"retentionInDays"},
    "ec2.VpcEndpoint": {"subnetIds#", "routeTableIds#"},
    "ecs.Service": {"desiredCount"},
    "ecs.TaskDefinition": {"cpu", "memory"},
    "elasticache.ReplicationGroup": {
        "automaticFailoverEnabled", "multiAzEnabled", "nodeType", "numCacheClusters", "preferredCacheClusterAzs#",
        "snapshotRetentionLimit", "snapshotWindow",
    },
    "lb.LoadBalancer": {"enableDeletionProtection"},
    "rds.Instance": {
        "allocatedStorage", "backupRetentionPeriod", "deletionProtection", "finalSnapshotIdentifier", "instanceClass",
        "maxAllocatedStorage", "multiAz", "performanceInsightsEnabled", "performanceInsightsKmsKeyId",
        "performanceInsightsRetentionPeriod",
    },
    "secretsmanager.Secret": {"recoveryWindowInDays"},
}  # fmt: skip
#: The less is the stronger.
LESS: Final = {
    "rds.Instance": {"deleteAutomatedBackups", "skipFinalSnapshot"},
    "s3.Bucket": {"forceDestroy"},
}
#: Neither is, and why.
EITHER: Final = {
    "acm.Certificate": {"domainName": "prod has the short name"},
    "acm.CertificateValidation": {"validationRecordFqdns": "prod has the short name"},
    "budgets.Budget": {"notifications": "prod is told earlier, so each place in the list holds another warning"},
    "cloudwatch.MetricAlarm": {"threshold": "it follows the size: connections, tasks, memory that ought to be free"},
    "ecs.TaskDefinition": {"containerDefinitions": "the log level and the host's name, looked at below"},
    "elasticache.ReplicationGroup": {"preferredCacheClusterAzs": "the zone of a replica that dev has not"},
    "iam.RolePolicyAttachment": {"role": "prod has a pipeline's role of its own"},
    "rds.Instance": {"applyImmediately": "a protected database changes in its window, the others at once"},
    "rds.ParameterGroup": {"parameters.value": "connections follow the size"},
    "route53.Record": {"name": "prod has the short name"},
    "secretsmanager.SecretVersion": {"versionStages": "in prod a function renews it (ADR-007)",
                                     "versionStages#": "in prod a function renews it (ADR-007)"},
    "ssm.Parameter": {"value": "dev logs more, for those who develop"},
}  # fmt: skip
#: Documents, whose content other tests look at in each stack.
DOCUMENTS: Final = {
    ("cloudwatch.Dashboard", "dashboardBody"),
    ("iam.RolePolicy", "policy"),
    ("kms.Key", "policy"),
    ("sns.TopicPolicy", "policy"),
}
#: What a weaker stack has that the stronger does not, and why.
ONLY: Final = {
    r"(shutdown|alarms-mute|function-scale|roles-scale)-.*": "dev rests at night",
    r"alarms-(function-[a-z-]+|rule-failures)-scale-.*": "nobody else's functions and rules rest",
    r"network-routes?-private": "prod has one a zone, of another name",
    r"access-developer.*": "nobody develops in prod",
    r"access-(deny|application|infrastructure)-other-environments": "they keep others out of prod",
}
SIZES: Final = ("nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below a value, by its path; of a list its length, of something empty that it is there."""
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from _leaves(inner, f"{path}.{key}" if path else key)
        case list():
            yield f"{path}#", len(value)
            for index, inner in enumerate(value):
                yield from _leaves(inner, f"{path}[{index}]")
        case dict():
            yield path, True
        case _:
            yield path, value


def _plain(value: Any, stack: str) -> Any:
    """A text without what differs for no reason: ids, hashes, addresses, the environment's name."""
    if not isinstance(value, str):
        return value
    value = re.sub(rf"(?<![a-z]){stack}(?![a-z])", "ENV", value)
    value = re.sub(r"(-tg-[a-z]+|-rds-[a-z]+|-redis)-[0-9a-f]{4}\b", "-ID", value)
    value = re.sub(r"10\.[012]\.", "10.X.", value)
    return re.sub(r"\b(\w+-|_)?[0-9A-Fa-f]{6,}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?\b", "ID", value)


def _of(stack: Recording) -> dict[tuple[str, str], RecordedResource]:
    return {(each.type, each.name): each for each in managed(stack) if each.package == "aws"}


def _short(type_: str) -> str:
    """aws:rds/instance:Instance is rds.Instance"""
    _, module, class_ = type_.split(":")
    return f"{module.partition('/')[0]}.{class_}"


def weaker(weak: Recording, strong: Recording) -> list[str]:
    """Where a stack that should be stronger is not, or where nobody has said which way is stronger."""
    return [*_missing(weak, strong), *_differences(weak, strong)]


def _missing(weak: Recording, strong: Recording) -> Iterator[str]:
    for type_, name in _of(weak).keys() - _of(strong).keys():
        if not any(re.fullmatch(pattern, name) for pattern in ONLY):
            yield f"{strong.stack} has no {_short(type_)} {name}"


def _differences(weak: Recording, strong: Recording) -> Iterator[str]:
    weaks, strongs = _of(weak), _of(strong)
    for type_, name in sorted(weaks.keys() & strongs.keys()):
        one = {path: _plain(value, weak.stack) for path, value in _leaves(weaks[type_, name].inputs)}
        two = {path: _plain(value, strong.stack) for path, value in _leaves(strongs[type_, name].inputs)}
        for path in sorted(one.keys() | two.keys()):
            if one.get(path) != two.get(path) and not path.startswith("tags"):
                old, new = one.get(path), two.get(path)
                if complaint := _judge(_short(type_), re.sub(r"\[\d+\]", "", path), old, new):
                    yield f"{name}.{path}: {old} in {weak.stack}, {new} in {strong.stack}: {complaint}"


def _judge(type_: str, path: str, weak: Any, strong: Any) -> str:
    if (type_, path) in DOCUMENTS or any(_below(path, each) for each in EITHER.get(type_, {})):
        return ""
    longer = [row.removesuffix("#") for row in MORE.get(type_, ()) if row.endswith("#")]
    if weak is None and any(_below(path, each) for each in longer):
        return ""  # one more in a list that may be longer
    if path in MORE.get(type_, set()):
        return "" if _rank(weak) < _rank(strong) else "weaker"
    if path in LESS.get(type_, set()):
        return "" if _rank(strong) < _rank(weak) else "weaker"
    return "nobody has said which is stronger"


def _rank(value: Any) -> float:
    """Nothing is less than anything; sizes by their order; a text that is something is 1."""
    if value is None:
        return -1
    if isinstance(value, str):
        size = value.rpartition(".")[2]
        return SIZES.index(size) if size in SIZES else float(value) if value.isdigit() else 1
    return float(value)


@pytest.mark.parametrize(("weak", "strong"), PAIRS)
def test_the_stronger_stack_is_nowhere_weaker(weak: str, strong: str) -> None:
    assert weaker(recorded(weak, True), recorded(strong, True)) == []


@pytest.mark.parametrize(("weak", "strong"), PAIRS)
def test_containers_differ_in_what_they_are_told_only(weak: str, strong: str) -> None:
    """And not in user, file system, health check or secrets."""

    def told(stack: str) -> dict[str, Any]:
        [task] = recorded(stack, True).of("aws:ecs/taskDefinition:TaskDefinition")
        [container] = json.loads(task["containerDefinitions"])
        return {path: _plain(value, stack) for path, value in _leaves(container) if not path.startswith("environment[")}

    assert told(weak) == told(strong)


def test_no_row_of_the_tables_is_idle() -> None:
    """A row that allows a difference which is no more would allow one that comes back."""
    seen = {
        (_short(type_), re.sub(r"\[\d+\]", "", path))
        for weak, strong in PAIRS
        for type_, name in _of(recorded(weak, True)).keys() & _of(recorded(strong, True)).keys()
        for path in _differing(
            _of(recorded(weak, True))[type_, name], _of(recorded(strong, True))[type_, name], weak, strong
        )
    }
    rows = {(type_, path) for table in (MORE, LESS, EITHER) for type_, paths in table.items() for path in paths}
    assert {row for row in rows if not any(row[0] == type_ and _below(path, row[1]) for type_, path in seen)} == set()
    gone = [name for weak, strong in PAIRS
            for _, name in _of(recorded(weak, True)).keys() - _of(recorded(strong, True)).keys()]  # fmt: skip
    assert [pattern for pattern in ONLY if not any(re.fullmatch(pattern, name) for name in gone)] == []


def _differing(one: RecordedResource, two: RecordedResource, weak: str, strong: str) -> Iterator[str]:
    first = {path: _plain(value, weak) for path, value in _leaves(one.inputs)}
    second = {path: _plain(value, strong) for path, value in _leaves(two.inputs)}
    yield from (path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


def _below(path: str, row: str) -> bool:
    return path == row or path.startswith(f"{row}.")


BREACHES: dict[str, Mutation] = {
    "fewer days of backup": change("rds.Instance", backupRetentionPeriod=1),
    "no standby": change("rds.Instance", multiAz=None),
    "no encryption": change("rds.Instance", storageEncrypted=False),
    "shorter logs": change("cloudwatch.LogGroup", "service-fastapi", retentionInDays=7),
    "a rule that only counts": change("wafv2.WebAcl", rules=lambda old: [
        old[0], old[1] | {"overrideAction": {"count": {}}}, *old[2:]]),
    "a laxer rate": change("wafv2.WebAcl", rules=lambda old: [
        old[0] | {"statement": {"rateBasedStatement": old[0]["statement"]["rateBasedStatement"] | {"limit": 9000}}},
        *old[1:]]),
    "an alarm less": drop("cloudwatch.MetricAlarm", "alarms-database-storage"),
    "an alarm that tells nobody": change("cloudwatch.MetricAlarm", "alarms-database-storage", alarmActions=[]),
    "fewer tasks": change("ecs.Service", desiredCount=1),
    "a smaller database": change("rds.Instance", instanceClass="db.t3.nano"),
    "an older TLS": change("lb.Listener", "https", sslPolicy="ELBSecurityPolicy-2016-08"),
    "an open bucket": change("s3.BucketPublicAccessBlock", "backups", blockPublicPolicy=False),
    "a key that stays the same": change("kms.Key", enableKeyRotation=GONE),
    "no insights": change("ecs.Cluster", settings=[]),
    "no circuit breaker": change("ecs.Service", deploymentCircuitBreaker=merged(rollback=False)),
}  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_a_weaker_prod_is_seen(breach: str) -> None:
    assert len(weaker(recorded("staging", True), BREACHES[breach](recorded("prod", True)))) >= 1
