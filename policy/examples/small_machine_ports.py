"""Examples of the rule small-machine-ports."""

import pulumi_aws as aws


def fails() -> None:
    aws.lightsail.Instance(
        "blog", availability_zone="us-east-1a", blueprint_id="amazon_linux_2023", bundle_id="nano_3_0"
    )


def passes() -> None:
    blog = aws.lightsail.Instance(
        "blog", availability_zone="us-east-1a", blueprint_id="amazon_linux_2023", bundle_id="nano_3_0"
    )
    aws.lightsail.InstancePublicPorts(
        "blog",
        instance_name=blog.name,
        port_infos=[
            {"protocol": "tcp", "from_port": 443, "to_port": 443},
            {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidrs": ["203.0.113.7/32"]},
        ],
    )
