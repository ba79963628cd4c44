"""A role that a service of AWS assumes, for this account alone, and what the role may do."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.facts import Facts
from components.service_principals import trust


def service_role(owner: Component, word: str, name: str, service: str, facts: Facts, description: str) -> aws.iam.Role:
    """Create a service's role; `word` tells it from the component's other children, `name` is physical."""
    return aws.iam.Role(
        owner.child(word),
        name=name,
        description=description,
        assume_role_policy=trust(service, facts.account),
        tags=owner.named(name),
        opts=owner.owned(),
    )


def role_policy(
    owner: Component,
    word: str,
    role: aws.iam.Role,
    name: str,
    policy: pulumi.Input[str],
    after: Sequence[pulumi.Resource] = (),
) -> aws.iam.RolePolicy:
    """Create a policy of a component's role, whose physical name is `name`; `word` says what for, in both names.

    `after` are the resources that the policy names by ARNs which are known before they exist.
    """
    return aws.iam.RolePolicy(
        owner.child(word),
        name=f"{name}-{word}",
        role=role.name,
        policy=policy,
        opts=owner.owned(depends_on=list(after)),
    )
