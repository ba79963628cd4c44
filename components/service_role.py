"""A role that a service of AWS takes, for this account alone."""

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
