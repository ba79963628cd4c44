"""Examples of the rule nacl-open."""

import pulumi_aws as aws


def fails() -> None:
    acl = aws.ec2.NetworkAcl("fence", vpc_id="vpc-1")
    aws.ec2.NetworkAclRule(
        "all", network_acl_id=acl.id, rule_number=100, rule_action="allow", protocol="-1", cidr_block="0.0.0.0/0"
    )


def passes() -> None:
    acl = aws.ec2.NetworkAcl("fence", vpc_id="vpc-1")
    for number, port, last in ((100, 443, 443), (110, 1024, 65535)):  # the web, and the answers
        aws.ec2.NetworkAclRule(
            f"from-{port}",
            network_acl_id=acl.id,
            rule_number=number,
            rule_action="allow",
            protocol="tcp",
            from_port=port,
            to_port=last,
            cidr_block="0.0.0.0/0",
        )
