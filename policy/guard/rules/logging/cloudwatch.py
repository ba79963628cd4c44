"""What CloudWatch keeps is of use: log groups with an end, figures of containers, alarms that tell somebody."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from guard.aws.accounts import governs
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, dig, items
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "logging"
ADVISORY: Final = EnforcementLevel.ADVISORY


@rule(
    "log-group-retention",
    family=FAMILY,
    on="aws:cloudwatch/logGroup:LogGroup",
    severity=Severity.LOW,
    controls=("CloudWatch.16",),
    why="Unset means for ever: the bill grows, and so does what a thief finds, without anybody having decided it.",
    fix="Set retention_in_days, to 365 or more for what is an audit's evidence.",
    level=ADVISORY,
)
def log_group_retention(group: Resource) -> Iterator[Finding]:
    days = group["retentionInDays"]
    if group["logGroupClass"] == "DELIVERY":
        return  # These keep what passes through for two days, whatever is set.
    if days is UNKNOWN:
        yield group.undecided("retentionInDays")
    elif days in (ABSENT, 0):
        yield group.finding("keeps its logs for ever", at="retentionInDays")


@rule(
    "cluster-insights",
    family=FAMILY,
    on="aws:ecs/cluster:Cluster",
    severity=Severity.LOW,
    controls=("FSBP ECS.12",),
    why="Without them there are no figures of single tasks: why one was killed is a guess.",
    fix="Set settings=[{'name': 'containerInsights', 'value': 'enhanced'}], or the same for the region in "
    "aws.ecs.AccountSettingDefault.",
    level=ADVISORY,
)
def cluster_insights(cluster: Resource, stack: Stack) -> Iterator[Finding]:
    settings = items(cluster["settings"])
    values = [dig(one, "value") for one in settings if UNKNOWN in (one, dig(one, "name")) or _names_insights(one)]
    match some(map(_on, values)) if values else _on_by_default(cluster, stack):
        case True:
            pass
        case False:
            yield cluster.finding("has its container insights off", at="settings")
        case _:
            yield cluster.undecided("settings")


def _on(value: object) -> Answer:
    return UNKNOWN if value is UNKNOWN else value in ("enabled", "enhanced")


def _on_by_default(cluster: Resource, stack: Stack) -> Answer:
    """Return whether new clusters of the account and region have them unless they say otherwise."""
    defaults = stack.of("aws:ecs/accountSettingDefault:AccountSettingDefault")
    return some(
        every(
            (
                governs(one, cluster),
                UNKNOWN if one["name"] is UNKNOWN else _names_insights(one.inputs),
                _on(one["value"]),
            )
        )
        for one in defaults
    )


def _names_insights(setting: object) -> bool:
    return dig(setting, "name") == "containerInsights"


COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
ALARMS: Final = {"aws:cloudwatch/metricAlarm:MetricAlarm": "name", COMPOSITE: "alarmName"}


@rule(
    "alarm-without-action",
    family=FAMILY,
    on=ALARMS,
    severity=Severity.LOW,
    controls=("CloudWatch.15", "CloudWatch.17"),
    why="An alarm that tells nobody is a light behind a wall.",
    fix="Set alarm_actions=[topic.arn], and leave actions_enabled on.",
    level=ADVISORY,
)
def alarm_without_action(alarm: Resource, stack: Stack) -> Iterator[Finding]:
    if {alarm.urn, alarm[ALARMS[alarm.type]]} & _looked_at(stack):
        return  # A composite alarm, a deployment or a dashboard asks for its state.
    actions = [alarm[path] for path in ("alarmActions", "okActions", "insufficientDataActions")]
    match alarm.switch("actionsEnabled", absent=True):
        case False:
            yield alarm.finding("has its actions switched off", at="actionsEnabled")
        case _ if not any(items(action) for action in actions):
            yield alarm.finding("tells nobody", at="alarmActions")
        case True:
            pass
        case _:
            yield alarm.undecided("actionsEnabled")


@lru_cache(maxsize=1)
def _looked_at(stack: Stack) -> frozenset[str]:
    """Return what stands behind a property of any resource, and the names in the rules of composite alarms."""
    behind = {urn for one in stack.resources.values() for urns in one.depends.values() for urn in urns}
    rules = [str(one["alarmRule"]) for one in stack.of(COMPOSITE)]
    return frozenset(behind.union(*(re.findall(r"\(\s*\"?([^()\"]+?)\"?\s*\)", text) for text in rules)))
