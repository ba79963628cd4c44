"""What every concern gets as its first argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.facts import Facts
from settings.names import Names
from settings.settings import Settings


class Common(TypedDict):
    """The arguments that every component takes."""

    names: Names
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Start:
    """The stack before its key exists."""

    settings: Settings
    config_secrets: Mapping[str, pulumi.Output[str]]  #: from `pulumi config set --secret`, by key in the stack file
    names: Names
    facts: Facts
    options: pulumi.ResourceOptions  #: with the one provider

    @property
    def common(self) -> Common:
        """The arguments that every component takes."""
        return {"names": self.names, "facts": self.facts}


@dataclass(frozen=True, kw_only=True)
class Context(Start):
    """The stack: its settings, names, facts, key and options."""

    key: pulumi.Output[str]  #: ARN of the stack's key


def start(settings: Settings, config_secrets: Mapping[str, pulumi.Output[str]]) -> Start:
    """Start a stack with its provider. It refuses any other account, and tags every resource that takes tags."""
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
