"""Rotation of a PostgreSQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import FunctionDefinition

ROTATE_DATABASE = FunctionDefinition(
    name="rotate-database",
    purpose="Renews the database's password, and the tasks that were started with the old one",
    handler="functions.rotate_database.handler.handle",
    seconds=120,
    variables=("CLUSTER", "SERVICES"),
    actions={
        "secret": (
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ),
        "services": ("ecs:UpdateService",),
    },
    implied={"key": ("kms:Decrypt", "kms:GenerateDataKey")},  # behind reading and writing the secret
    # The driver and all that it imports; they are pinned in requirements.txt.
    distributions=("pg8000", "scramp", "asn1crypto", "python-dateutil", "six"),
    in_vpc=True,
)
