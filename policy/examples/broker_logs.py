"""Examples of the rule broker-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.mq.Broker(
        "jobs",
        broker_name="jobs",
        engine_type="RabbitMQ",
        engine_version="3.13",
        host_instance_type="mq.m5.large",
    )


def passes() -> None:
    aws.mq.Broker(
        "jobs",
        broker_name="jobs",
        engine_type="RabbitMQ",
        engine_version="3.13",
        host_instance_type="mq.m5.large",
        logs={"general": True},
    )
