"""Examples of the rule secret-in-program."""

import pulumi_aws as aws
import pulumi_random as random


def fails() -> None:
    aws.mq.Broker(
        "jobs",
        engine_type="RabbitMQ",
        engine_version="3.13",
        host_instance_type="mq.m5.large",
        users=[{"username": "quay", "password": "Copper-Anchor-77"}],
    )


def passes() -> None:
    password = random.RandomPassword("password", length=32)
    aws.mq.Broker(
        "jobs",
        engine_type="RabbitMQ",
        engine_version="3.13",
        host_instance_type="mq.m5.large",
        users=[{"username": "quay", "password": password.result}],
    )
    aws.rds.Instance(
        "store",
        engine="postgres",
        instance_class="db.t4g.medium",
        allocated_storage=40,
        username="quay",
        manage_master_user_password=True,
    )
