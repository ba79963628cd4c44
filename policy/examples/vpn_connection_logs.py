"""Examples of the rule vpn-connection-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2clientvpn.Endpoint(
        "staff",
        authentication_options=[
            {
                "type": "certificate-authentication",
                "root_certificate_chain_arn": "arn:aws:acm:eu-central-1:111122223333:certificate/3d4e",
            }
        ],
        client_cidr_block="10.200.0.0/16",
        connection_log_options={"enabled": False},
        server_certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
    )


def passes() -> None:
    aws.ec2clientvpn.Endpoint(
        "staff",
        authentication_options=[
            {
                "type": "certificate-authentication",
                "root_certificate_chain_arn": "arn:aws:acm:eu-central-1:111122223333:certificate/3d4e",
            }
        ],
        client_cidr_block="10.200.0.0/16",
        connection_log_options={"enabled": True, "cloudwatch_log_group": "/vpn"},
        server_certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
    )
