"""Examples of the rule access-policy-open."""

import pulumi_aws as aws

INSTANCE = "vai-0a1b2c3d4e5f60718"


def fails() -> None:
    aws.verifiedaccess.Group(
        "wiki", verifiedaccess_instance_id=INSTANCE, policy_document="permit(principal, action, resource);"
    )


def passes() -> None:
    aws.verifiedaccess.Group(
        "wiki",
        verifiedaccess_instance_id=INSTANCE,
        policy_document='permit(principal, action, resource) when { context.idp.groups.contains("staff") };',
    )
