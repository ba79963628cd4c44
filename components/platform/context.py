"""What every concern is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.facts import Facts
from settings.names import Names
from settings.settings import Settings


class Common(TypedDict):
    """What every component is given."""

    names: Names
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Start:
    """What is there before the stack has its key."""

    settings: Settings
    config_secrets: Mapping[str, pulumi.Output[str]]  #: from `pulumi config set --secret`, by key in the stack file
    names: Names
    facts: Facts
    options: pulumi.ResourceOptions  #: with the one provider

    @property
    def common(self) -> Common:
        """The part of a component's arguments that is always the same."""
        return {"names": self.names, "facts": self.facts}


@dataclass(frozen=True, kw_only=True)
class Context(Start):
    """The stack: its settings, names, facts, key and options."""

    key: pulumi.Output[str]  #: ARN of the stack's key


def start(settings: Settings, config_secrets: Mapping[str, pulumi.Output[str]]) -> Start:
    """Begin a stack with its provider, which refuses any other account and tags everything that can be tagged."""
    provider = aws.Provider(
        "aws",
        region=settings.region,
        allowed_account_ids=[settings.account],
        default_tags={"tags": settings.default_tags},
    )
    return Start(
        settings=settings,
        config_secrets=config_secrets,
        names=settings.names,
        facts=Facts(account=settings.account, region=settings.region),
        options=pulumi.ResourceOptions(provider=provider),
    )
