"""A log group: encrypted with the stack's key, and forgotten after as many days as a table says."""

from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Component

EVIDENCE_DAYS: Final = 365  #: what is kept for so long is evidence


def log_group(
    owner: Component,
    word: str,
    name: str,
    *,
    days: int,
    key: pulumi.Input[str],
    deletion_protection: bool = False,
    region: str | None = None,
) -> aws.cloudwatch.LogGroup:
    """Create a component's log group; `word` tells it from the component's other children, `name` is physical.

    The key is of the group's region, by default the stack's. With deletion protection, evidence cannot be deleted
    before somebody lifts that.
    """
    return aws.cloudwatch.LogGroup(
        owner.child(word),
        region=region,
        name=name,
        retention_in_days=days,
        kms_key_id=key,
        deletion_protection_enabled=True if deletion_protection and days >= EVIDENCE_DAYS else None,
        tags=owner.named(name),
        opts=owner.owned(),
    )
