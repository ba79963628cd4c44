"""Examples of the rule workflow-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.sfn.StateMachine(
        "payout",
        definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
        role_arn="arn:aws:iam::111122223333:role/payout",
    )


def passes() -> None:
    group = aws.cloudwatch.LogGroup("payout", retention_in_days=365)
    aws.sfn.StateMachine(
        "payout",
        definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
        logging_configuration={
            "level": "ERROR",
            "log_destination": group.arn.apply(lambda arn: f"{arn}:*"),
        },
        role_arn="arn:aws:iam::111122223333:role/payout",
    )
