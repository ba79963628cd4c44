"""Examples of the rule kafka-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.msk.Cluster(
        "events",
        kafka_version="3.8.x",
        number_of_broker_nodes=2,
        broker_node_group_info={
            "instance_type": "kafka.m7g.large",
            "client_subnets": ["subnet-1", "subnet-2"],
            "security_groups": ["sg-1"],
            "connectivity_info": {"public_access": {"type": "SERVICE_PROVIDED_EIPS"}},
        },
    )


def passes() -> None:
    aws.msk.Cluster(
        "events",
        kafka_version="3.8.x",
        number_of_broker_nodes=2,
        broker_node_group_info={
            "instance_type": "kafka.m7g.large",
            "client_subnets": ["subnet-1", "subnet-2"],
            "security_groups": ["sg-1"],
            "connectivity_info": {"public_access": {"type": "DISABLED"}},
        },
    )
