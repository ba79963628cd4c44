"""A secret: encrypted with the stack's key, with a first version so that the first tasks can start."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component


def secret(
    owner: Component,
    word: str,
    name: str,
    value: pulumi.Input[str],
    *,
    key: pulumi.Input[str],
    copies: Mapping[str, str],
    recovery_days: int,
    handed_over: bool,
) -> aws.secretsmanager.Secret:
    """Create a component's secret and its first version; `word` tells both from its other children, `name` is physical.

    `copies` are the other regions that have it, each with its key: AWS copies every later version to them too. Deleted,
    it can be restored for `recovery_days`; 0 is at once. Whoever it is `handed_over` to renews it: this program leaves
    its value alone from then on.
    """
    created = aws.secretsmanager.Secret(
        owner.child(word),
        name=name,
        kms_key_id=key,
        recovery_window_in_days=recovery_days,
        replicas=[{"region": region, "kms_key_id": there} for region, there in copies.items()] or None,
        tags=owner.named(name),
        opts=owner.owned(),
    )
    aws.secretsmanager.SecretVersion(
        owner.child(word),
        secret_id=created.id,
        secret_string=value,
        # AWS deletes a version without stages, and then this program would write its old value again. So the first
        # version keeps a stage of its own.
        version_stages=["AWSCURRENT", "FIRST"] if handed_over else None,
        opts=owner.owned(ignore_changes=["secret_string", "version_stages"] if handed_over else None),
    )
    return created
