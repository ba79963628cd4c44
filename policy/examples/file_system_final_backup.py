"""Examples of the rule file-system-final-backup."""

import pulumi_aws as aws


def fails() -> None:
    aws.fsx.LustreFileSystem(
        "models",
        subnet_ids="subnet-0a1b2c3d",
        storage_capacity=1200,
        deployment_type="PERSISTENT_2",
        per_unit_storage_throughput=125,
    )


def passes() -> None:
    aws.fsx.LustreFileSystem(
        "models",
        subnet_ids="subnet-0a1b2c3d",
        storage_capacity=1200,
        deployment_type="PERSISTENT_2",
        per_unit_storage_throughput=125,
        skip_final_backup=False,
    )
