"""Examples of the rule identity-pool-guests."""

import pulumi_aws as aws


def fails() -> None:
    aws.cognito.IdentityPool("visitors", identity_pool_name="visitors", allow_unauthenticated_identities=True)


def passes() -> None:
    aws.cognito.IdentityPool("visitors", identity_pool_name="visitors", allow_unauthenticated_identities=False)
