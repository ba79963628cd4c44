"""Examples of the rule backup-plan-days."""

import pulumi_aws as aws


def fails() -> None:
    aws.backup.Plan(
        "daily",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": "vault",
                "schedule": "cron(0 3 * * ? *)",
                "lifecycle": {"delete_after": 3},
            }
        ],
    )


def passes() -> None:
    aws.backup.Plan(
        "daily",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": "vault",
                "schedule": "cron(0 3 * * ? *)",
                "lifecycle": {"delete_after": 35},
            }
        ],
    )
