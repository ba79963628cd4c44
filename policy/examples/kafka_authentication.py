"""Examples of the rule kafka-authentication."""

import pulumi_aws as aws


def fails() -> None:
    aws.msk.Cluster(
        "events",
        kafka_version="3.6.0",
        number_of_broker_nodes=3,
        client_authentication={"unauthenticated": True},
        broker_node_group_info={
            "instance_type": "kafka.m5.large",
            "client_subnets": ["subnet-1", "subnet-2", "subnet-3"],
            "security_groups": ["sg-1"],
        },
    )


def passes() -> None:
    aws.msk.Cluster(
        "events",
        kafka_version="3.6.0",
        number_of_broker_nodes=3,
        client_authentication={"sasl": {"iam": True}},
        broker_node_group_info={
            "instance_type": "kafka.m5.large",
            "client_subnets": ["subnet-1", "subnet-2", "subnet-3"],
            "security_groups": ["sg-1"],
        },
    )
