"""Examples of the rule stream-internet."""

import pulumi_aws as aws


def fails() -> None:
    aws.appstream.Fleet(
        "desks",
        instance_type="stream.standard.small",
        compute_capacity={"desired_instances": 1},
        image_name="quay-desk",
        enable_default_internet_access=True,
    )


def passes() -> None:
    aws.appstream.Fleet(
        "desks",
        instance_type="stream.standard.small",
        compute_capacity={"desired_instances": 1},
        image_name="quay-desk",
        vpc_config={"subnet_ids": ["subnet-0123456789abcdef0"], "security_group_ids": ["sg-0123456789abcdef0"]},
    )
