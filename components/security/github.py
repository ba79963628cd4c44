"""GitHub's workflows as IAM sees them: their identity provider, and the trust in some of them."""

from typing import Final

import pulumi_aws as aws

from components.component import Component
from components.facts import Facts
from components.iam import Statement, document

HOST: Final = "token.actions.githubusercontent.com"
AUDIENCE: Final = "sts.amazonaws.com"


def identity_provider(owner: Component) -> aws.iam.OpenIdConnectProvider:
    """Create GitHub's identity provider, of which an account has one."""
    return aws.iam.OpenIdConnectProvider(
        owner.child("github"),
        url=f"https://{HOST}",
        client_id_lists=[AUDIENCE],
        tags=owner.named("github"),
        opts=owner.owned(),
    )


def trust_workflows(facts: Facts, condition: Statement) -> str:
    """The trust policy of a role that workflows take which fit a condition."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": facts.identity_provider(HOST)},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        }
    )
