"""Secrets: what services read that nobody may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_random as random

from components.component import Args, Component
from components.secret import secret
from settings.tables.security import SecretTable


@dataclass(frozen=True, kw_only=True)
class SecretsArgs(Args):
    """The secrets' table, what `config --secret` gives, and the key."""

    table: Mapping[str, SecretTable]
    config_secrets: Mapping[str, pulumi.Output[str]]  #: values of the secrets with `value: config`
    key: pulumi.Input[str]  #: ARN of the stack's key
    copies: Mapping[str, str] = field(default_factory=dict[str, str])  #: keys by the other regions that have each too
    recovery_days: int  #: days in which a deleted secret can be restored; 0 is at once


class Secrets(Component):
    """The secrets of the stack file, each with a first version, so that the first tasks can start.

    Creates a secret a row, and its version: a generated value, the value of `pulumi config set --secret`, or `{}` that
    somebody replaces. What somebody or a function replaces, this program then leaves alone. Of a copy of another
    region's secret it makes nothing.
    """

    arns: Mapping[str, pulumi.Output[str]]  #: by path, without the environment

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.arns = {table.path: self._secret(args, key, table) for key, table in args.table.items()}
        self.register_outputs({"arns": dict(self.arns)})

    def _secret(self, args: SecretsArgs, key: str, table: SecretTable) -> pulumi.Output[str]:
        if table.arn:
            return pulumi.Output.from_input(table.arn)
        return secret(
            self,
            key,
            args.names.of("secret", table.path),
            self._value(args, key, table),
            key=args.key,
            copies=args.copies,
            recovery_days=args.recovery_days,
            handed_over=table.value == "later" or table.rotate_days is not None,
        ).arn

    def _value(self, args: SecretsArgs, key: str, table: SecretTable) -> pulumi.Input[str]:
        if table.value == "config":
            return args.config_secrets[key]
        if table.value == "later":
            return "{}"
        return random.RandomPassword(self.child(key), length=table.length, special=False, opts=self.owned()).result
