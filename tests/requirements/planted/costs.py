"""Breaches of CP-COST."""

from tests.requirements import test_costs as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, drop, plant

TAG = plant("costexplorer.CostAllocationTag", tagKey="Owner", status="Active")
MONITOR, SUBSCRIPTION = "costexplorer.AnomalyMonitor", "costexplorer.AnomalySubscription"

BREACHES = [
    Breach("CP-COST-04", AREA.test_costs_are_broken_down_by_three_tags, TAG, "shared"),
    Breach("CP-COST-05", AREA.test_anomalies_are_looked_for_service_by_service,
           change(MONITOR, monitorDimension="LINKED_ACCOUNT"), "shared"),
    Breach("CP-COST-06", AREA.test_large_anomalies_are_told_at_once, change(SUBSCRIPTION, frequency="DAILY"), "shared"),
    Breach("CP-COST-06", AREA.test_large_anomalies_are_told_at_once, change("sns.TopicPolicy", "warning", policy=lambda
           old: old.replace("costalerts.", "other.")), "shared"),
    Breach("CP-COST-11", AREA.test_a_budget_warns_in_time, change("budgets.Budget", limitAmount="1200")),
    Breach("CP-COST-11", AREA.test_a_budget_warns_in_time, change("budgets.Budget", notifications=[])),
    Breach("CP-COST-01", AREA.test_the_estimate_is_what_the_stack_costs, drop("ec2.NatGateway")),
    Breach("CP-COST-02", AREA.test_the_estimate_is_what_the_stack_costs,
           change("rds.Instance", instanceClass="db.t3.medium"), "staging"),
    Breach("CP-COST-03", AREA.test_the_estimate_is_what_the_stack_costs,
           change("appautoscaling.Target", minCapacity=9), "prod"),
]  # fmt: skip
