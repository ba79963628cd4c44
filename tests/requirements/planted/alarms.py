"""Breaches of CP-ALARM."""

from tests.requirements import test_alarms as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, drop, export

ALARM = "cloudwatch.MetricAlarm"
#: The word of each row's alarm.
WORDS = {
    "CP-ALARM-01": "latency",
    "CP-ALARM-02": "4xx",
    "CP-ALARM-03": "5xx",
    "CP-ALARM-04": "balancer-healthy",
    "CP-ALARM-05": "unhealthy",
    "CP-ALARM-06": "service-cpu",
    "CP-ALARM-07": "service-memory",
    "CP-ALARM-08": "service-tasks",
    "CP-ALARM-09": "database-cpu",
    "CP-ALARM-11": "database-storage",
    "CP-ALARM-12": "read-latency",
    "CP-ALARM-13": "write-latency",
    "CP-ALARM-14": "database-memory",
}
NODES = {"CP-ALARM-15": "cache-cpu", "CP-ALARM-16": "cache-memory", "CP-ALARM-17": "cache-connections"}

BREACHES = [
    *(
        Breach(id_, AREA.test_the_table, change(ALARM, WORDS[id_], threshold=7000), more={"row": row})
        for id_, row in AREA.TABLE.items()
    ),
    Breach("CP-ALARM-06", AREA.test_the_table, change(ALARM, "service-cpu", evaluationPeriods=1),
           more={"row": AREA.TABLE["CP-ALARM-06"]}),
    Breach("CP-ALARM-05", AREA.test_the_table, change(ALARM, "unhealthy", dimensions={"LoadBalancer": "another"}),
           more={"row": AREA.TABLE["CP-ALARM-05"]}),
    Breach("CP-ALARM-10", AREA.test_connections, change(ALARM, "database-connections", threshold=80.5)),
    *(
        Breach(id_, AREA.test_every_node_of_the_cache, drop(ALARM, f"{NODES[id_]}-002"), "prod", {"row": row})
        for id_, row in AREA.PER_NODE.items()
    ),
    Breach("CP-ALARM-18", AREA.test_the_hit_rate_of_every_node,
           change(ALARM, "hit-rate", treatMissingData="breaching")),
    Breach("CP-ALARM-19", AREA.test_the_lag_of_the_replica, drop(ALARM, "cache-lag-002"), "prod"),
    Breach("CP-ALARM-20", AREA.test_error_lines, change(ALARM, "service-errors", metricName="Requests")),
    Breach("CP-ALARM-21", AREA.test_every_alarm_tells_somebody_what_to_do, change(ALARM, "cache-cpu", alarmActions=[])),
    Breach("CP-ALARM-21", AREA.test_every_alarm_tells_somebody_what_to_do,
           change(ALARM, "cache-cpu", alarmDescription="It is hot.")),
    Breach("CP-ALARM-22", AREA.test_the_critical_topic, drop("sns.TopicSubscription", "pagerduty"), "prod"),
    Breach("CP-ALARM-22", AREA.test_the_critical_topic, drop("sns.TopicSubscription", "notifier-critical")),
    Breach("CP-ALARM-23", AREA.test_the_warning_topic, drop("sns.TopicSubscription", "topics-warning")),
    Breach("CP-ALARM-24", AREA.test_the_info_topic, drop("lambda_.Permission", "slack-notifier-info")),
    Breach("CP-ALARM-25", AREA.test_the_component_has_the_ledger_s_inputs_and_outputs, export(alarm_arns={})),
]  # fmt: skip
