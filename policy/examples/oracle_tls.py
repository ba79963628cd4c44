"""Examples of the rule oracle-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Instance(
        "orders",
        engine="oracle-se2",
        engine_version="19",
        instance_class="db.t3.small",
        allocated_storage=20,
        username="orders",
        manage_master_user_password=True,
    )


def passes() -> None:
    options = aws.rds.OptionGroup(
        "encrypted",
        engine_name="oracle-se2",
        major_engine_version="19",
        options=[
            {
                "option_name": "NATIVE_NETWORK_ENCRYPTION",
                "option_settings": [{"name": "SQLNET.ENCRYPTION_SERVER", "value": "REQUIRED"}],
            }
        ],
    )
    aws.rds.Instance(
        "orders",
        engine="oracle-se2",
        engine_version="19",
        instance_class="db.t3.small",
        allocated_storage=20,
        username="orders",
        manage_master_user_password=True,
        option_group_name=options.name,
    )
