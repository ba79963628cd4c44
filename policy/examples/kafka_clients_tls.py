"""Examples of the rule kafka-clients-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.msk.Cluster(
        "events",
        broker_node_group_info={
            "client_subnets": ["subnet-1"],
            "instance_type": "kafka.t3.small",
            "security_groups": ["sg-1"],
        },
        encryption_info={"encryption_in_transit": {"client_broker": "TLS_PLAINTEXT"}},
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
        encryption_info={"encryption_in_transit": {"client_broker": "TLS"}},
        kafka_version="3.8.x",
        number_of_broker_nodes=3,
    )
