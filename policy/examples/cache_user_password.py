"""Examples of the rule cache-user-password."""

import pulumi_aws as aws


def fails() -> None:
    aws.elasticache.User(
        "app", user_id="app", user_name="app", engine="valkey", access_string="on ~* +@all", no_password_required=True
    )


def passes() -> None:
    aws.elasticache.User(
        "app",
        user_id="app",
        user_name="app",
        engine="valkey",
        access_string="on ~app:* -@all +@read +@write",
        authentication_mode={"type": "iam"},
    )
