"""A log group: encrypted with the stack's key, and forgotten after as many days as a table says."""

import pulumi
import pulumi_aws as aws

from components.component import Component


def log_group(owner: Component, word: str, name: str, *, days: int, key: pulumi.Input[str]) -> aws.cloudwatch.LogGroup:
    """Create a component's log group; `word` tells it from the component's other children, `name` is physical."""
    return aws.cloudwatch.LogGroup(
        owner.child(word),
        name=name,
        retention_in_days=days,
        kms_key_id=key,
        tags=owner.named(name),
        opts=owner.owned(),
    )
