"""Examples of the rule firewall-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.networkfirewall.Firewall(
        "edge",
        firewall_policy_arn="arn:aws:network-firewall:eu-central-1:111122223333:firewall-policy/edge",
        subnet_mappings=[{"subnet_id": "subnet-1"}],
        vpc_id="vpc-1",
    )


def passes() -> None:
    firewall = aws.networkfirewall.Firewall(
        "edge",
        firewall_policy_arn="arn:aws:network-firewall:eu-central-1:111122223333:firewall-policy/edge",
        subnet_mappings=[{"subnet_id": "subnet-1"}],
        vpc_id="vpc-1",
    )
    alerts = aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs(
        log_destination={"logGroup": "/edge/alerts"}, log_destination_type="CloudWatchLogs", log_type="ALERT"
    )
    logging = aws.networkfirewall.LoggingConfigurationLoggingConfigurationArgs(log_destination_configs=[alerts])
    aws.networkfirewall.LoggingConfiguration("edge", firewall_arn=firewall.arn, logging_configuration=logging)
