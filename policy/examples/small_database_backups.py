"""Examples of the rule small-database-backups."""

import pulumi_aws as aws


def fails() -> None:
    aws.lightsail.Database(
        "blog",
        backup_retention_enabled=False,
        blueprint_id="mysql_8_0",
        bundle_id="micro_2_0",
        final_snapshot_name="blog-last",
        master_database_name="blog",
        master_password="only-for-show",
        master_username="blog",
        relational_database_name="blog",
    )


def passes() -> None:
    aws.lightsail.Database(
        "blog",
        backup_retention_enabled=True,
        blueprint_id="mysql_8_0",
        bundle_id="micro_2_0",
        final_snapshot_name="blog-last",
        master_database_name="blog",
        master_password="only-for-show",
        master_username="blog",
        relational_database_name="blog",
    )
