"""On which capacity a service's tasks run."""

import pulumi_aws as aws

from settings.tables.compute import ServiceTable


def capacity_strategy(table: ServiceTable) -> list[aws.ecs.ServiceCapacityProviderStrategyArgs] | None:
    """On which capacity the tasks are divided, and how; None where all run on demand, by the launch type."""
    share = aws.ecs.ServiceCapacityProviderStrategyArgs
    if mix := table.mix:
        on_demand = share(capacity_provider="FARGATE", base=mix.base, weight=mix.on_demand)
        return [on_demand, share(capacity_provider="FARGATE_SPOT", weight=mix.spot)]
    return [share(capacity_provider="FARGATE_SPOT", weight=1)] if table.capacity == "spot" else None
