"""Rotation of a MySQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import FunctionDefinition

ROTATE_MYSQL = FunctionDefinition(
    name="rotate-mysql",
    purpose="Renews the database's password, and the tasks that were started with the old one",
    handler="functions.rotate_mysql.handler.handle",
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
    distributions=("pymysql",),  # the driver, which imports nothing; pinned in requirements.txt
    in_vpc=True,
)
