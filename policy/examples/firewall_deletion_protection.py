"""Examples of the rule firewall-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.networkfirewall.Firewall(
        "edge",
        firewall_policy_arn="arn:aws:network-firewall:eu-central-1:111122223333:firewall-policy/edge",
        subnet_mappings=[{"subnet_id": "subnet-1"}],
        vpc_id="vpc-1",
    )


def passes() -> None:
    aws.networkfirewall.Firewall(
        "edge",
        firewall_policy_arn="arn:aws:network-firewall:eu-central-1:111122223333:firewall-policy/edge",
        subnet_mappings=[{"subnet_id": "subnet-1"}],
        vpc_id="vpc-1",
        delete_protection=True,
        subnet_change_protection=True,
    )
