"""Rows of the family logging: CloudWatch's log groups, figures and alarms."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, r, three, unknown
from tests.policy.engine import Declared

ALARM = r("cloudwatch/metricAlarm:MetricAlarm", "hot", name="hot")


def insights(value: str) -> dict[str, Any]:
    return {"settings": [{"name": "containerInsights", "value": value}]}


def by_default(value: str, **place: str) -> Declared:
    return r("ecs/accountSettingDefault:AccountSettingDefault", "all", name="containerInsights", value=value, **place)


ROWS = [
    *three(
        "log-group-retention",
        "cloudwatch/logGroup:LogGroup",
        {"retentionInDays": 365},
        {"retentionInDays": 0},
        "retentionInDays",
    ),
    Row("log-group-retention", "breach", "unset", (r("cloudwatch/logGroup:LogGroup"),)),
    Row("log-group-retention", "ok", "delivery", (r("cloudwatch/logGroup:LogGroup", logGroupClass="DELIVERY"),)),
    *three("cluster-insights", "ecs/cluster:Cluster", insights("enhanced"), insights("disabled"), "settings"),
    Row("cluster-insights", "breach", "unset", (r("ecs/cluster:Cluster"),)),
    Row("cluster-insights", "ok", "the account's default", (by_default("enabled"), r("ecs/cluster:Cluster"))),
    Row(
        "cluster-insights", "breach", "the account's default is off", (by_default("disabled"), r("ecs/cluster:Cluster"))
    ),
    Row(
        "cluster-insights",
        "breach",
        "the default of another region",
        (by_default("enabled", region="us-east-1"), r("ecs/cluster:Cluster", region="eu-west-1")),
    ),
    Row("cluster-insights", "ok", "the older word", (r("ecs/cluster:Cluster", **insights("enabled")),)),
    *three(
        "alarm-without-action",
        "cloudwatch/metricAlarm:MetricAlarm",
        {"alarmActions": ["arn:aws:sns:eu-west-1:1:bell"]},
        {},
    ),
    Row(
        "alarm-without-action",
        "ok",
        "it rings a bell made in the same run",
        (r("sns/topic:Topic", "bell"), r("cloudwatch/metricAlarm:MetricAlarm", refs={"alarmActions[0]": "bell.arn"})),
    ),
    Row(
        "alarm-without-action",
        "breach",
        "switched off",
        (r("cloudwatch/metricAlarm:MetricAlarm", alarmActions=["a"], actionsEnabled=False),),
    ),
    Row(
        "alarm-without-action",
        "undecided",
        "",
        (OTHER, r("cloudwatch/metricAlarm:MetricAlarm", alarmActions=["a"], refs=unknown("actionsEnabled"))),
    ),
    Row("alarm-without-action", "breach", "a composite one", (r("cloudwatch/compositeAlarm:CompositeAlarm"),)),
    Row(
        "alarm-without-action",
        "ok",
        "another alarm looks at it",
        (
            ALARM,
            r(
                "cloudwatch/compositeAlarm:CompositeAlarm",
                alarmRule='ALARM("hot") OR ALARM(cold)',
                alarmActions=["a"],
            ),
        ),
    ),
    Row(
        "alarm-without-action",
        "ok",
        "a deployment looks at it",
        (ALARM, r("ecs/service:Service", refs={"alarms.alarmNames[0]": "hot.name"})),
    ),
    Row(
        "alarm-without-action",
        "breach",
        "another alarm looks at another one",
        (ALARM, r("cloudwatch/compositeAlarm:CompositeAlarm", alarmRule="ALARM(hotter)", alarmActions=["a"])),
    ),
]
