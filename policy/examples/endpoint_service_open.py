"""Examples of the rule endpoint-service-open."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.VpcEndpointService(
        "ledger",
        network_load_balancer_arns=["arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/ledger/1"],
        allowed_principals=["*"],
        acceptance_required=False,
    )


def passes() -> None:
    aws.ec2.VpcEndpointService(
        "ledger",
        network_load_balancer_arns=["arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/ledger/1"],
        allowed_principals=["*"],
        acceptance_required=True,
    )
