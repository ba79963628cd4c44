"""Examples of the rule kafka-connector-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.mskconnect.Connector(
        "orders",
        capacity={"provisioned_capacity": {"worker_count": 1}},
        connector_configuration={"connector.class": "io.confluent.connect.s3.S3SinkConnector", "tasks.max": "1"},
        kafka_cluster={
            "apache_kafka_cluster": {
                "bootstrap_servers": "b-1.example.com:9094",
                "vpc": {"security_groups": ["sg-1"], "subnets": ["subnet-1"]},
            }
        },
        kafka_cluster_client_authentication={"authentication_type": "NONE"},
        kafka_cluster_encryption_in_transit={"encryption_type": "PLAINTEXT"},
        kafkaconnect_version="2.7.1",
        plugins=[
            {"custom_plugin": {"arn": "arn:aws:kafkaconnect:eu-central-1:111122223333:custom-plugin/s3", "revision": 1}}
        ],
        service_execution_role_arn="arn:aws:iam::111122223333:role/connect",
    )


def passes() -> None:
    aws.mskconnect.Connector(
        "orders",
        capacity={"provisioned_capacity": {"worker_count": 1}},
        connector_configuration={"connector.class": "io.confluent.connect.s3.S3SinkConnector", "tasks.max": "1"},
        kafka_cluster={
            "apache_kafka_cluster": {
                "bootstrap_servers": "b-1.example.com:9094",
                "vpc": {"security_groups": ["sg-1"], "subnets": ["subnet-1"]},
            }
        },
        kafka_cluster_client_authentication={"authentication_type": "NONE"},
        kafka_cluster_encryption_in_transit={"encryption_type": "TLS"},
        kafkaconnect_version="2.7.1",
        plugins=[
            {"custom_plugin": {"arn": "arn:aws:kafkaconnect:eu-central-1:111122223333:custom-plugin/s3", "revision": 1}}
        ],
        service_execution_role_arn="arn:aws:iam::111122223333:role/connect",
    )
