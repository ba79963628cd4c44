"""Examples of the rule hadoop-copy-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.datasync.LocationHdfs(
        "lake",
        agent_arns=["arn:aws:datasync:eu-central-1:111122223333:agent/agent-1"],
        authentication_type="SIMPLE",
        name_nodes=[{"hostname": "hadoop.example.com", "port": 8020}],
        qop_configuration={"rpc_protection": "DISABLED", "data_transfer_protection": "DISABLED"},
        simple_user="copier",
    )


def passes() -> None:
    aws.datasync.LocationHdfs(
        "lake",
        agent_arns=["arn:aws:datasync:eu-central-1:111122223333:agent/agent-1"],
        authentication_type="SIMPLE",
        name_nodes=[{"hostname": "hadoop.example.com", "port": 8020}],
        simple_user="copier",
    )
