"""Examples of the rule store-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    source = aws.rds.Instance("orders", engine="postgres", instance_class="db.t4g.small", allocated_storage=20)
    aws.rds.Instance("orders-read", instance_class="db.t4g.small", replicate_source_db=source.identifier)


def passes() -> None:
    source = aws.rds.Instance(
        "orders", engine="postgres", instance_class="db.t4g.small", allocated_storage=20, storage_encrypted=True
    )
    aws.rds.Instance("orders-read", instance_class="db.t4g.small", replicate_source_db=source.identifier)
