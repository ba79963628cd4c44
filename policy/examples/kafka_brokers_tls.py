"""Examples of the rule kafka-brokers-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.msk.Cluster(
        "events",
        broker_node_group_info={
            "client_subnets": ["subnet-1"],
            "instance_type": "kafka.t3.small",
            "security_groups": ["sg-1"],
        },
        encryption_info={"encryption_in_transit": {"in_cluster": False}},
        kafka_version="3.8.x",
        number_of_broker_nodes=3,
    )


def passes() -> None:
    aws.msk.Cluster(
        "events",
        broker_node_group_info={
            "client_subnets": ["subnet-1"],
            "instance_type": "kafka.t3.small",
            "security_groups": ["sg-1"],
        },
        kafka_version="3.8.x",
        number_of_broker_nodes=3,
    )
